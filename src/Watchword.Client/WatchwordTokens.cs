// Access tokens for whoever calls without HttpClient; the handler for HttpClient takes its tokens here too.
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Watchword.Client.Settings;
using Watchword.Client.Tokens;

namespace Watchword.Client;

/// <summary>
/// Obtains access tokens from the issuer and keeps them fresh. One instance serves a whole process, from any number of threads; in
/// a host it is a singleton that <c>AddWatchwordClient</c> and <c>AddWatchwordToken</c> register.
/// </summary>
/// <remarks>
/// A token is fetched by one request however many callers wait for it, is renewed in the background at about 80 % of its life (or
/// when the issuer wishes), and goes on being used while the issuer is down, until shortly before it expires.
/// </remarks>
public sealed class WatchwordTokens : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITokenSource _source;

    /// <summary>Makes a source of tokens. Nothing is sent until the first token is asked for.</summary>
    /// <param name="options">Issuer, client and credential. Later changes to the object have no effect.</param>
    /// <param name="logger">Where failures are logged, never with a token or a secret; null for nowhere.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    /// <exception cref="OptionsValidationException">The settings have faults; all of them are listed.</exception>
    public WatchwordTokens(WatchwordClientOptions options, ILogger<WatchwordTokens>? logger = null, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ClientSettingsCheck.Require(options);
        clock ??= TimeProvider.System;
        logger ??= NullLogger<WatchwordTokens>.Instance;
        var credentials = new CredentialChoice(options, logger);
        _source = new TokenRequest(new TokenEndpoint(options, clock, _stopping.Token), credentials, options.CaFile, clock);
        Cache = new TokenCache(_source, clock, logger, _stopping.Token);
    }

    internal WatchwordTokens(ITokenSource source, ILogger<WatchwordTokens>? logger, TimeProvider clock)
    {
        _source = source;
        Cache = new TokenCache(source, clock, logger ?? NullLogger<WatchwordTokens>.Instance, _stopping.Token);
    }

    /// <summary>Gets an access token, from memory whenever a usable one is there.</summary>
    /// <param name="resource">The identifier of the service to be called, as the issuer knows it, such as <c>https://billing</c>.</param>
    /// <param name="scope">The scopes to ask for, separated by single spaces; null for all that are granted.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller and of nobody else.</param>
    /// <returns>A token that has every scope that was asked for and lives at least another few seconds.</returns>
    /// <exception cref="ArgumentException">The resource or the scope is malformed.</exception>
    /// <exception cref="TokenUnavailableException">No token is to be had; the exception says why.</exception>
    /// <exception cref="ObjectDisposedException">This object has been disposed of.</exception>
    public ValueTask<AccessToken> GetTokenAsync(string resource, string? scope = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var held = Slot(new TokenTarget(resource, scope)).GetAsync(cancellationToken);
        return held.IsCompletedSuccessfully ? new(held.Result.Token) : AwaitAsync(held);

        static async ValueTask<AccessToken> AwaitAsync(ValueTask<HeldToken> held) => (await held.ConfigureAwait(false)).Token;
    }

    /// <summary>Ends token requests under way and closes the connections to the issuer.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested)
            return;
        _stopping.Cancel();
        _source.Dispose();
    }

    internal TokenCache Cache { get; }

    internal TokenSlot Slot(TokenTarget target)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        return Cache[target];
    }
}
