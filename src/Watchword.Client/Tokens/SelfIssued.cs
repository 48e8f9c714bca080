// Tokens that this service issues for itself: signed on the spot, nobody is asked.
using Watchword.Trust;

namespace Watchword.Client.Tokens;

internal sealed class SelfIssued(ServiceIdentity identity, TimeProvider clock) : ITokenSource
{
    public Task<TokenOutcome> GetAsync(TokenTarget target, CancellationToken stopping) => Task.FromResult(Sign(target));

    // The identity belongs to whoever made it.
    public void Dispose()
    {
    }

    private TokenOutcome Sign(TokenTarget target)
    {
        var now = TokenMoment.Now(clock);
        try
        {
            var token = new AccessToken(identity.Sign(target.Resource, target.Scope), target.Resource, target.Scope, now.Wall + identity.TokenLifetime);
            var jitter = (Random.Shared.NextDouble() * 2) - 1;
            return new HeldToken(token, TokenLife.Plan(identity.TokenLifetime, null, jitter), now, clock);
        }
        catch (ArgumentException fault)
        {
            return new TokenFailure("self_issued", fault.Message) { Cause = fault };
        }
    }
}
