// Which of two API keys is sent: the one that was good last, and when the issuer refuses it, the other (RFC 6749 §5.2).
using Microsoft.Extensions.Logging;

namespace Watchword.Client.Tokens;

/// <summary>
/// While a key is replaced a service has two. One try sends at most two requests, and only a token makes a choice that is
/// remembered: from then on one request is enough, and the issuer sees no more wrong secrets. If both are refused, nothing is
/// remembered and the next try begins with the first.
/// </summary>
internal sealed class CredentialChoice
{
    private readonly ApiKeyCredential _first;
    private readonly ApiKeyCredential? _second;
    private readonly ILogger _logger;
    private ApiKeyCredential _preferred;

    public CredentialChoice(WatchwordClientOptions options, ILogger logger)
    {
        _first = _preferred = First(options);
        _second = Second(options);
        _logger = logger;
        if (_second is null)
            return;
        foreach (var credential in new[] { _first, _second })
        {
            if (!credential.TryReadKey(out _, out var fault))
                _logger.LogWarning("Only one of two API keys is there: {Fault}.", fault);
        }
    }

    public static ApiKeyCredential First(WatchwordClientOptions options) =>
        new(nameof(options.ApiKey), options.ClientId ?? "", options.ApiKey, options.ApiKeyFile);

    public static ApiKeyCredential? Second(WatchwordClientOptions options) => options.SecondApiKey is null && options.SecondApiKeyFile is null
        ? null
        : new(nameof(options.SecondApiKey), options.ClientId ?? "", options.SecondApiKey, options.SecondApiKeyFile);

    /// <summary>Asks with one credential and, if that is refused or cannot be read, with the other.</summary>
    public async Task<TokenOutcome> UseAsync(Func<ApiKeyCredential, Task<TokenOutcome>> ask)
    {
        var preferred = Volatile.Read(ref _preferred);
        var outcome = await ask(preferred).ConfigureAwait(false);
        if (outcome.Failure is not { IsOfCredential: true } refusal || Other(preferred) is not { } other || preferred.HasSameKey(other))
            return outcome;
        var next = await ask(other).ConfigureAwait(false);
        if (next.Token is not null && Interlocked.Exchange(ref _preferred, other) != other)
            _logger.LogWarning("{Second} is used from now on, because {First} is no good: {Reason}", other.Name, preferred.Name, refusal.Reason);
        if (next.Failure is not { IsOfCredential: true } nextRefusal)
            return next;
        Volatile.Write(ref _preferred, _first);
        return TokenFailure.OfBoth((preferred.Name, refusal), (other.Name, nextRefusal));
    }

    private ApiKeyCredential? Other(ApiKeyCredential one) => one == _first ? _second : _first;
}
