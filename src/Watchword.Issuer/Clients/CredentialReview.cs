// Which credentials an operator should look at. Only those that are good for something: of clients that are enabled, and not revoked.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal sealed class CredentialReview(Database database)
{
    /// <summary>The greatest number of credentials in each list.</summary>
    public const int Most = 100;

    /// <summary>How long before the end of a credential it is time to replace it.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(14);

    /// <summary>After this time without use a credential is called idle.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(90);

    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    private const string Select =
        $"""
        SELECT {CredentialStore.Columns} FROM credential
        WHERE revoked IS NULL AND client_id IN (SELECT client_id FROM client WHERE disabled = 0) AND
        """;

    /// <summary>Whether an expired credential was in use when it ended, so that somebody probably misses it.</summary>
    public static bool WasInUse(Credential credential) => credential.LastUsed > credential.Expires - Lately;

    /// <summary>Those that expire after a time and not after another, the next first.</summary>
    public Task<IReadOnlyList<Credential>> ExpiringAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken ct) => database.ReadAsync(
        $"{Select} expires > @after AND expires <= @until ORDER BY expires LIMIT {Most}", CredentialStore.Map, ct, ("after", after), ("until", until));

    /// <summary>Those that expired after a time and not after another, the last first.</summary>
    public Task<IReadOnlyList<Credential>> ExpiredAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken ct) => database.ReadAsync(
        $"{Select} expires > @after AND expires <= @until ORDER BY expires DESC LIMIT {Most}", CredentialStore.Map, ct, ("after", after), ("until", until));

    /// <summary>Those that are still good and were not used since a time, while another of the same client was.</summary>
    public Task<IReadOnlyList<Credential>> IdleAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken ct) => database.ReadAsync(
        $"""
        {Select} (expires IS NULL OR expires > @now) AND COALESCE(last_used, created) <= @since AND EXISTS (
          SELECT 1 FROM credential other
          WHERE other.client_id = credential.client_id AND other.credential_id <> credential.credential_id AND other.last_used > @since)
        ORDER BY client_id, created LIMIT {Most}
        """,
        CredentialStore.Map, ct, ("since", since), ("now", now));
}
