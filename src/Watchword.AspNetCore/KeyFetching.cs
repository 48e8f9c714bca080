// How the keys of any issuer are fetched for one scheme: the rhythm of its settings, and who is told.
using Microsoft.Extensions.Logging;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class KeyFetching(string scheme, WatchwordOptions options, ILogger logger, TargetMetrics metrics)
{
    private readonly TimeProvider _clock = options.TimeProvider ?? TimeProvider.System;
    private readonly KeyFolder? _folder = options.KeyFolder is { } folder ? new KeyFolder(folder) : null;

    public KeyRefreshLog NewLog() => new(scheme, logger, _clock);

    /// <summary>For the scheme's own issuer.</summary>
    public RemoteKeySetOptions Of(KeyRefreshLog log) => Of(log, options.Algorithms, null, null);

    /// <summary>For an issuer that an entry of the settings or of a bundle names. The check of entries has seen to its URLs.</summary>
    public RemoteKeySetOptions Of(TrustEntry entry) => Of(NewLog(), entry.Algorithms, Place(entry.JwksUri), Place(entry.MetadataUri));

    private RemoteKeySetOptions Of(KeyRefreshLog log, IReadOnlyList<SignatureAlgorithm>? algorithms, Uri? jwks, Uri? metadata)
    {
        var skew = new ClockSkewLog(scheme, options.Leeway, logger, _clock);
        return new RemoteKeySetOptions
        {
            RefreshInterval = options.KeyRefreshInterval,
            KeepFor = options.KeepKeysFor,
            UnlabelledRsa = UnlabelledRsa(algorithms),
            JwksUri = jwks,
            MetadataUri = metadata,
            Folder = _folder?.ReportingTo(log.NoteFolder),
            Resource = options.IsLookedAt ? null : options.Audience,
            OnRefresh = state =>
            {
                log.Note(state);
                skew.Note(state);
                metrics.CountFetch(state);
            },
        };
    }

    private static Uri? Place(string? url) => url is null ? null : new Uri(url);

    // A published RSA key that names no algorithm gets the one RSA algorithm that is given, RS256 if there is none or several.
    public static SignatureAlgorithm UnlabelledRsa(IReadOnlyList<SignatureAlgorithm>? algorithms) =>
        algorithms?.Where(algorithm => algorithm.KeyType == "RSA").ToArray() is [var only] ? only : SignatureAlgorithm.RS256;
}
