// Where tokens come from: an issuer that is asked, or this service itself.
namespace Watchword.Client.Tokens;

internal interface ITokenSource : IDisposable
{
    /// <summary>Gets one token. Never throws for what a network or an issuer does; it says what happened.</summary>
    Task<TokenOutcome> GetAsync(TokenTarget target, CancellationToken stopping);
}
