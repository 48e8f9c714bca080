// Every resource and scope this service calls with, each with its token; bounded.
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Watchword.Client.Tokens;

internal sealed class TokenCache(ITokenSource source, TimeProvider clock, ILogger logger, CancellationToken stopping)
{
    /// <summary>The most tokens that are kept. Past it the one that ends first goes.</summary>
    public const int MostTokens = 1000;

    private readonly ConcurrentDictionary<TokenTarget, TokenSlot> _slots = new();
    private readonly RenewalLimit _limit = new(clock);
    private readonly Lock _gate = new();

    public int Count => _slots.Count;

    /// <exception cref="ArgumentException">The target is malformed.</exception>
    public TokenSlot this[TokenTarget target] => _slots.TryGetValue(target, out var slot) ? slot : Add(target.Checked());

    private TokenSlot Add(TokenTarget target)
    {
        lock (_gate)
        {
            if (_slots.TryGetValue(target, out var present))
                return present;
            if (_slots.Count >= MostTokens)
                RemoveOne();
            return _slots[target] = new TokenSlot(target, source, _limit, clock, logger, stopping);
        }
    }

    private void RemoveOne()
    {
        var victim = _slots.MinBy(static pair => pair.Value.State is var (idle, ends) && idle ? ends : DateTimeOffset.MaxValue);
        _slots.TryRemove(victim);
    }
}
