// Which credentials an operator should look at. Only those that are good for something: of clients that are enabled, and not revoked.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal sealed class CredentialReview(Database database)
{
    /// <summary>How long before the end of a credential it is time to replace it.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(14);

    /// <summary>After this time without use a credential is called idle.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(90);

    /// <summary>At this age a credential should have been replaced.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromDays(366);

    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    private const string Of = "FROM credential WHERE revoked IS NULL AND client_id IN (SELECT client_id FROM client WHERE disabled = 0) AND";

    /// <summary>Whether an expired credential was in use when it ended, so that somebody probably misses it.</summary>
    public static bool WasInUse(Credential credential) => credential.LastUsed > credential.Expires - Lately;

    /// <summary>Those that expire after a time and not after another, the next first.</summary>
    public Task<Excerpt<Credential>> ExpiringAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken ct) => ReadAsync(
        "expires > @after AND expires <= @until ORDER BY expires", ct, ("after", after), ("until", until));

    /// <summary>Those that expired after a time and not after another: first those that were used before their end, then the last ones.</summary>
    public Task<Excerpt<Credential>> ExpiredAsync(DateTimeOffset after, DateTimeOffset until, CancellationToken ct) => ReadAsync(
        "expires > @after AND expires <= @until ORDER BY CASE WHEN last_used > expires - @lately THEN 0 ELSE 1 END, expires DESC",
        ct, ("after", after), ("until", until), ("lately", (long)Lately.TotalMilliseconds));

    /// <summary>Those that are still good and were not used since a time, while another of the same client was.</summary>
    public Task<Excerpt<Credential>> IdleAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken ct) => ReadAsync(
        """
        (expires IS NULL OR expires > @now) AND COALESCE(last_used, created) <= @since AND EXISTS (
          SELECT 1 FROM credential other
          WHERE other.client_id = credential.client_id AND other.credential_id <> credential.credential_id AND other.last_used > @since)
        ORDER BY client_id, created
        """,
        ct, ("since", since), ("now", now));

    /// <summary>Those that were made before one time and used after another, do not expire before a third, and have no newer one beside them.</summary>
    public Task<Excerpt<Credential>> UnreplacedAsync(
        DateTimeOffset made, DateTimeOffset used, DateTimeOffset until, DateTimeOffset now, CancellationToken ct) => ReadAsync(
        """
        created <= @made AND last_used > @used AND (expires IS NULL OR expires > @until) AND NOT EXISTS (
          SELECT 1 FROM credential other
          WHERE other.client_id = credential.client_id AND other.created > credential.created AND other.revoked IS NULL
            AND (other.expires IS NULL OR other.expires > @now))
        ORDER BY created
        """,
        ct, ("made", made), ("used", used), ("until", until), ("now", now));

    private Task<Excerpt<Credential>> ReadAsync(string condition, CancellationToken ct, params (string Name, object? Value)[] values) =>
        Excerpt.ReadAsync(database, CredentialStore.Columns, $"{Of} {condition}", CredentialStore.Map, ct, values);
}
