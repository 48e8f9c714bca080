// Which resources and shared secrets an operator should look at.
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

/// <summary>A shared secret as its row says, still encrypted.</summary>
internal sealed record SealedSecret(string KeyId, string Resource, long DataKey, string Box);

internal sealed class ResourceReview(Database database)
{
    /// <summary>At this age a shared secret should have been replaced.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromDays(366);

    /// <summary>Those whose tokens live longer than a time, except where a shared secret signs them: that one is never taken out of a key set.</summary>
    public Task<Excerpt<(string Resource, TimeSpan Lifetime)>> OutlivingAsync(TimeSpan retention, CancellationToken ct) => Excerpt.ReadAsync(
        database, "resource, lifetime", "FROM resource WHERE lifetime > @retention AND algorithm <> 'HS256' ORDER BY resource",
        row => (row.GetString(0), TimeSpan.FromSeconds(row.GetInt64(1))), ct, ("retention", (long)retention.TotalSeconds));

    /// <summary>Those whose identifier holds a star.</summary>
    public Task<Excerpt<string>> StarredAsync(CancellationToken ct) => Excerpt.ReadAsync(
        database, "resource", "FROM resource WHERE resource LIKE '%*%' ORDER BY resource", row => row.GetString(0), ct);

    /// <summary>The secrets in force that were made before a time, the oldest first.</summary>
    public Task<Excerpt<(string KeyId, string Resource, DateTimeOffset Created)>> OldSecretsAsync(DateTimeOffset made, CancellationToken ct) => Excerpt.ReadAsync(
        database, "kid, resource, created", "FROM shared_secret WHERE state = @state AND created <= @made ORDER BY created, kid",
        row => (row.GetString(0), row.GetString(1), row.Time(2)), ct, ("state", KeyStateText.Of(KeyState.Active)), ("made", made));

    /// <summary>All secrets that sign, or stand by to.</summary>
    public Task<IReadOnlyList<SealedSecret>> SecretsAsync(CancellationToken ct) => database.ReadAsync(
        "SELECT kid, resource, data_key, box FROM shared_secret WHERE box IS NOT NULL ORDER BY resource, kid",
        row => new SealedSecret(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3)), ct);
}
