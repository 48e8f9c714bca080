// Which grants an operator should look at: those that nobody uses, of clients that are enabled.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

/// <param name="ClientId">Who may ask.</param>
/// <param name="Resource">For what.</param>
/// <param name="Created">Since when.</param>
/// <param name="LastUsed">When a token was last issued by it; <see langword="null"/> is never.</param>
internal sealed record IdleGrant(string ClientId, string Resource, DateTimeOffset Created, DateTimeOffset? LastUsed);

internal sealed class GrantReview(Database database)
{
    /// <summary>After this time a grant that was never used is called idle.</summary>
    public static readonly TimeSpan Unused = TimeSpan.FromDays(30);

    /// <summary>After this time without use a grant that was used once is called idle.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromDays(90);

    /// <summary>The idle ones, by client and resource.</summary>
    public Task<Excerpt<IdleGrant>> IdleAsync(DateTimeOffset now, CancellationToken ct) => Excerpt.ReadAsync(
        database, "g.client_id, g.resource, g.created, u.last_used",
        """
        FROM client_grant g
        JOIN client c ON c.client_id = g.client_id AND c.disabled = 0
        LEFT JOIN client_usage u ON u.client_id = g.client_id AND u.resource = g.resource
        WHERE g.created <= @unused AND (u.last_used IS NULL OR u.last_used <= @idle)
        ORDER BY g.client_id, g.resource
        """,
        row => new IdleGrant(row.GetString(0), row.GetString(1), row.Time(2), row.TimeOrNull(3)),
        ct, ("unused", now - Unused), ("idle", now - Idle));
}
