// The tokens of a service that issues for itself, beside those that it gets from an issuer: the two are not mixed up in a host.
using Microsoft.Extensions.Logging;
using Watchword.Client.Tokens;
using Watchword.Trust;

namespace Watchword.Client;

/// <summary>Signs access tokens by a service's own identity and keeps them until they are to be renewed. In a host it is a singleton that <c>AddWatchwordIdentity</c> registers.</summary>
public sealed class SelfIssuedTokens : IDisposable
{
    /// <summary>Makes a source of tokens.</summary>
    /// <param name="identity">The service's own identity; not disposed of here.</param>
    /// <param name="logger">Where failures are logged, never with a token; null for nowhere.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public SelfIssuedTokens(ServiceIdentity identity, ILogger<WatchwordTokens>? logger = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        clock ??= TimeProvider.System;
        Tokens = new WatchwordTokens(new SelfIssued(identity, clock), logger, clock);
    }

    internal WatchwordTokens Tokens { get; }

    /// <summary>Gets an access token, from memory whenever a usable one is there.</summary>
    /// <param name="audience">Whom it is for: the target's own identifier, such as <c>https://billing</c>.</param>
    /// <param name="scope">The scopes to claim, separated by single spaces, or null. Which of them a target believes is for its trust to say.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller and of nobody else.</param>
    /// <exception cref="ArgumentException">The audience or the scope is malformed.</exception>
    /// <exception cref="TokenUnavailableException">The token would be too large.</exception>
    public ValueTask<AccessToken> GetTokenAsync(string audience, string? scope = null, CancellationToken cancellationToken = default) =>
        Tokens.GetTokenAsync(audience, scope, cancellationToken);

    /// <summary>Forgets the tokens.</summary>
    public void Dispose() => Tokens.Dispose();
}
