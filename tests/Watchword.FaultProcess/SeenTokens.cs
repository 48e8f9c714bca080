// The tokens that went over the wire: by which keys, which of them are revoked, and old ones to be tried once they must be refused.
using System.Collections.Concurrent;
using System.Text.Json;
using Watchword.Jwt;

namespace Watchword.FaultProcess;

/// <param name="Text">The token.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="Expires">When it does.</param>
internal sealed record SeenToken(string Text, string KeyId, DateTimeOffset Expires);

internal sealed class SeenTokens(Tally tally)
{
    private const int Kept = 1000;
    private readonly ConcurrentDictionary<string, SeenToken> _all = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new();

    /// <summary>From which moment tokens by this key must be refused. Before it, and after it was revoked, they may be.</summary>
    public void Revoke(string kid, TimeSpan within) => _revoked[kid] = TimeProvider.System.GetUtcNow() + within;

    public SeenToken See(string text)
    {
        if (_all.TryGetValue(text, out var known))
            return known;
        UnverifiedJwt.TryRead(text, out var jwt, out _);
        var kid = JsonElement.Parse(jwt!.Header).GetProperty("kid").GetString()!;
        var seen = new SeenToken(text, kid, DateTimeOffset.FromUnixTimeSeconds(JsonElement.Parse(jwt.Claims!).GetProperty("exp").GetInt64()));
        tally.See(kid);
        if (_all.Count >= Kept && _all.Values.MinBy(static each => each.Expires) is { } oldest)
            _all.TryRemove(oldest.Text, out _);
        return _all.GetOrAdd(text, seen);
    }

    public bool IsRevoked(SeenToken token) => _revoked.ContainsKey(token.KeyId);

    /// <summary>Whether every target must know by now that the key is revoked.</summary>
    public bool MustBeRefused(SeenToken token) => _revoked.TryGetValue(token.KeyId, out var from) && TimeProvider.System.GetUtcNow() > from;

    /// <summary>A token that its targets must refuse by now, because it has expired; the last, so that its key is still published.</summary>
    public SeenToken? Expired(TimeSpan leeway) =>
        _all.Values.Where(each => each.Expires + leeway < TimeProvider.System.GetUtcNow()).MaxBy(static each => each.Expires);

    /// <summary>A token by a key that was revoked, not expired itself.</summary>
    public SeenToken? OfRevokedKey() => _all.Values.FirstOrDefault(each => MustBeRefused(each) && each.Expires > TimeProvider.System.GetUtcNow());
}
