// What the doctor looks at beside the issuer: targets and services by their settings, the bundles they follow, and what issuers publish.
using Watchword.AspNetCore;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Cli.Findings;

/// <summary>A bundle that could be opened.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Document">What it says, and what is known of its signature.</param>
internal sealed record Bundle(string Place, SignedTrustBundle Document)
{
    /// <summary>Whether it is not known here which keys must have signed it.</summary>
    public bool HasUnknownPins { get; init; }

    /// <summary>The bundle as a subject.</summary>
    public string Name => $"bundle {Place}";

    /// <summary>Its URL; null where it is a file.</summary>
    public Uri? Url => Place.Contains("://", StringComparison.Ordinal) ? new Uri(Place) : null;
}

/// <summary>A bundle that could not be had, or is not one to believe.</summary>
/// <param name="Place">Where it should be.</param>
/// <param name="Fault">Why not, in a sentence.</param>
internal sealed record UnopenedBundle(string Place, string Fault)
{
    /// <summary>Whether nothing is known of it, because it could not be fetched.</summary>
    public bool IsOutOfReach { get; init; }
}

/// <summary>A service that issues for itself, by its settings.</summary>
/// <param name="File">The settings file.</param>
/// <param name="Issuer">Its identifier.</param>
/// <param name="TokenLifetime">How long its tokens live.</param>
internal sealed record Service(string File, string Issuer, TimeSpan TokenLifetime);

/// <summary>One scheme of one settings file.</summary>
/// <param name="File">The settings file.</param>
/// <param name="Options">What it says, without secrets.</param>
internal sealed record Target(string File, WatchwordOptions Options)
{
    /// <summary>What the library itself would refuse to start with, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>The <c>kid</c> of each secret that it shares with its issuer.</summary>
    public IReadOnlyList<string> SecretIds { get; init; } = [];

    /// <summary>The full path of the file that holds the secrets; null where there is none.</summary>
    public string? SecretFile { get; init; }

    /// <summary>Whether it shares a secret with its issuer, and fetches no keys of it.</summary>
    public bool SharesSecret { get; init; }

    /// <summary>The bundle it follows; null where there is none, or none that is at hand.</summary>
    public Bundle? Bundle { get; init; }

    /// <summary>The identifier of the service in the same file, where it issues for itself.</summary>
    public string? Identity { get; init; }

    /// <summary>Whether it follows a bundle and keeps nothing of it over a restart.</summary>
    public bool ForgetsSerials { get; init; }

    /// <summary>The target as a subject.</summary>
    public string Name => $"target {Options.Audience ?? "without an audience"} ({File})";

    /// <summary>Whom its settings trust: its own issuer for everybody, then those that are listed.</summary>
    public IReadOnlyList<TrustEntry> Listed => Own is { } own ? [own, .. Options.Issuers ?? []] : Options.Issuers ?? [];

    /// <summary>Whom it trusts altogether; what the settings list goes above what the bundle says of the same issuers.</summary>
    public IReadOnlyList<TrustEntry> Trusted => [.. Listed.Concat(Bundle?.Document.Bundle.Issuers ?? []).DistinctBy(entry => entry.Issuer, StringComparer.Ordinal)];

    /// <summary>Whether it fetches the keys of an entry: they are neither written down nor shared.</summary>
    public bool Fetches(TrustEntry entry) => entry.Keys is null && !(SharesSecret && entry.Issuer == Options.Issuer);

    private TrustEntry? Own => Options.Issuer is not { } issuer ? null : new TrustEntry
    {
        Issuer = issuer,
        Algorithms = Options.Algorithms,
        Scopes = ["*"],
        Subjects = SubjectPatterns.TryParse(["*"], out var everybody, out _) ? everybody : null,
    };
}

/// <summary>What an issuer publishes, or why that could not be had.</summary>
/// <param name="Issuer">The issuer.</param>
/// <param name="Keys">Its keys; null with a fault.</param>
/// <param name="Skew">How far this machine's clock is ahead of its, at the least; null where that is not known.</param>
/// <param name="Fault">Why there are no keys.</param>
internal sealed record Publication(string Issuer, KeySet? Keys, TimeSpan? Skew, FetchException? Fault);

/// <summary>All of it, at one time.</summary>
internal sealed record Deployment
{
    public required DateTimeOffset Now { get; init; }

    public IReadOnlyList<Target> Targets { get; init; } = [];

    public IReadOnlyList<Service> Services { get; init; } = [];

    public IReadOnlyList<Bundle> Bundles { get; init; } = [];

    public IReadOnlyList<UnopenedBundle> Unopened { get; init; } = [];

    /// <summary>What is wrong with the identities of services: the file, and a sentence.</summary>
    public IReadOnlyList<(string File, string Fault)> IdentityFaults { get; init; } = [];

    public IReadOnlyList<Publication> Publications { get; init; } = [];

    /// <summary>Null where no issuer was asked by its admin API.</summary>
    public IssuerAnswer? Asked { get; init; }

    /// <summary>Every entry that somebody wrote, with where it stands; not the schemes' own issuers.</summary>
    public IEnumerable<(string Subject, TrustEntry Entry)> Entries =>
    [
        .. Bundles.SelectMany(bundle => bundle.Document.Bundle.Issuers.Select(entry => ($"issuer {entry.Issuer} in {bundle.Name}", entry))),
        .. Targets.SelectMany(target => (target.Options.Issuers ?? []).Select(entry => ($"issuer {entry.Issuer} at {target.Name}", entry))),
    ];

    /// <summary>Every issuer that anybody trusts, each once.</summary>
    public IEnumerable<string> Issuers => Targets.SelectMany(target => target.Listed).Concat(Bundles.SelectMany(bundle => bundle.Document.Bundle.Issuers))
        .Select(entry => entry.Issuer).Where(issuer => issuer.Length > 0).Distinct(StringComparer.Ordinal);
}
