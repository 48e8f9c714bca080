// Where one scheme's keys come from: published by the issuer and fetched, or shared with it and given by the settings.
using Microsoft.Extensions.Logging;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class IssuerKeys : IDisposable
{
    private readonly DocumentFetcher? _fetcher;
    private readonly RemoteKeySet? _published;
    private readonly SharedSecretWatch? _shared;

    /// <summary>Takes up the keys. Published ones are fetched in the background, from now on.</summary>
    /// <exception cref="InvalidOperationException">The settings have become wrong since they were checked.</exception>
    public IssuerKeys(string scheme, WatchwordOptions options, JwtRules rules, ILogger logger, TargetMetrics metrics)
    {
        if (SharedSecrets.AreGiven(options))
        {
            var secrets = SharedSecrets.Read(options);
            Issuer = new TrustedIssuer(rules, secrets.Keys
                ?? throw new InvalidOperationException($"{SchemeSection.Key(scheme, secrets.Setting)} {secrets.Fault}."));
            _shared = new SharedSecretWatch(scheme, options, secrets, Issuer, logger);
            return;
        }
        var clock = options.TimeProvider ?? TimeProvider.System;
        var log = new KeyRefreshLog(scheme, logger, clock);
        var skew = new ClockSkewLog(scheme, options.Leeway, logger, clock);
        _fetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile }, clock);
        _published = new RemoteKeySet(rules.Issuer, _fetcher, new RemoteKeySetOptions
        {
            RefreshInterval = options.KeyRefreshInterval,
            KeepFor = options.KeepKeysFor,
            UnlabelledRsa = UnlabelledRsa(options),
            Folder = options.KeyFolder is { } folder ? new KeyFolder(folder) { OnFault = log.NoteFolder } : null,
            Resource = rules.Audience,
            OnRefresh = state =>
            {
                log.Note(state);
                skew.Note(state);
                metrics.CountFetch(state);
            },
        }, clock);
        Issuer = new TrustedIssuer(rules, _published);
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
        _fetcher?.Dispose();
    }

    // A published RSA key that names no algorithm gets the one RSA algorithm of the settings, RS256 if they name none or several.
    private static SignatureAlgorithm UnlabelledRsa(WatchwordOptions options) =>
        options.Algorithms?.Where(algorithm => algorithm.KeyType == "RSA").ToArray() is [var only] ? only : SignatureAlgorithm.RS256;
}
