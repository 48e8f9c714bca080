// Where the keys of a scheme's own issuer come from: published by it and fetched, or shared with it and given by the settings.
using Microsoft.Extensions.Logging;
using Watchword.Jwt;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class IssuerKeys : IDisposable
{
    private readonly RemoteKeySet? _published;
    private readonly SharedSecretWatch? _shared;

    /// <summary>Takes up the keys. Published ones are fetched in the background, from now on.</summary>
    /// <exception cref="InvalidOperationException">The settings have become wrong since they were checked.</exception>
    public IssuerKeys(string scheme, WatchwordOptions options, ILogger logger, KeyFetching fetching, DocumentFetcher fetcher)
    {
        var rules = new JwtRules
        {
            Issuer = options.Issuer!,
            Audience = options.Audience!,
            Leeway = options.Leeway,
            MaxLifetime = options.MaxTokenLifetime,
            Algorithms = options.Algorithms,
        };
        if (SharedSecrets.AreGiven(options))
        {
            var secrets = SharedSecrets.Read(options);
            Issuer = new TrustedIssuer(rules, secrets.Keys
                ?? throw new InvalidOperationException($"{SchemeSection.Key(scheme, secrets.Setting)} {secrets.Fault}."));
            _shared = new SharedSecretWatch(scheme, options, secrets, Issuer, logger);
            return;
        }
        var log = fetching.NewLog();
        _published = new RemoteKeySet(rules.Issuer, fetcher, fetching.Of(log), options.TimeProvider ?? TimeProvider.System);
        Issuer = new TrustedIssuer(rules, _published);
        if (!options.IsLookedAt)
            _published.Start();
        log.NoteStart(_published.State);
    }

    /// <summary>The issuer, with these keys.</summary>
    public TrustedIssuer Issuer { get; }

    /// <summary>How the keys stand now.</summary>
    public KeySetState State => _published?.State
        ?? new KeySetState { Issuer = Issuer.Rules.Issuer, Keys = _shared!.Keys.Keys.Count, Fault = _shared.Fault };

    public void Dispose()
    {
        _shared?.Dispose();
        _published?.Dispose();
    }
}
