// From files and places on a command line to a deployment: settings are read, bundles opened, issuers asked.
using Watchword.AspNetCore;
using Watchword.Files;
using Watchword.Keys;

namespace Watchword.Cli.Findings;

/// <summary>What is to be looked at.</summary>
/// <param name="Settings">The settings files of services.</param>
/// <param name="Bundle">A bundle; null for none but those that settings name.</param>
/// <param name="BundleKeys">The files of the keys of which one must have signed it.</param>
internal sealed record DeploymentRequest(IReadOnlyList<string> Settings, string? Bundle, IReadOnlyList<string> BundleKeys)
{
    /// <summary>The only authorities to trust in fetching; null for what the settings say.</summary>
    public string? CaFile { get; init; }

    /// <summary>Whether issuers are asked for their keys, and bundles that settings name are fetched.</summary>
    public bool Fetches { get; init; } = true;

    /// <summary>Whether there is nothing to look at.</summary>
    public bool IsEmpty => Settings.Count == 0 && Bundle is null;
}

internal sealed class DeploymentReading(DeploymentRequest request, Terminal terminal)
{
    private readonly List<string> _notes = [];
    private readonly List<UnopenedBundle> _unopened = [];
    private readonly Dictionary<(string Place, string Pins), Bundle?> _opened = [];

    /// <summary>What was looked at and what was passed over, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <exception cref="CommandFault">A file cannot be read.</exception>
    public async Task<Deployment> ReadAsync(IssuerAnswer? asked, CancellationToken ct)
    {
        var files = request.Settings.Select(SettingsFile.Read).ToArray();
        var given = request.Bundle is null ? null
            : await OpenAsync(request.Bundle, BundleDocuments.Pins(request.BundleKeys) ?? PinsOfFollower(files), request.CaFile, ct);
        var targets = new List<Target>();
        foreach (var target in files.SelectMany(file => file.Targets))
            targets.Add(target with { Bundle = await FollowedAsync(target, given, ct) });
        _notes.AddRange(files.SelectMany(file => file.Absent.Select(sentence => $"Passed over in {file.Path}: {sentence}")));
        _notes.AddRange(files.Where(file => file is { Targets.Count: 0, Service: null, IdentityFaults.Count: 0 })
            .Select(file => $"Passed over: {file.Path} has neither a scheme of Watchword nor an identity."));

        var deployment = new Deployment
        {
            Now = terminal.Clock.GetUtcNow(),
            Targets = targets,
            Services = [.. files.Select(file => file.Service).OfType<Service>().DistinctBy(service => service.Issuer, StringComparer.Ordinal)],
            Bundles = [.. targets.Select(target => target.Bundle).Append(given).OfType<Bundle>().DistinctBy(bundle => bundle.Place, StringComparer.Ordinal)],
            Unopened = _unopened,
            IdentityFaults = [.. files.SelectMany(file => file.IdentityFaults.Select(fault => (file.Path, fault)))],
            Asked = asked,
        };
        if (request.Fetches)
        {
            using var survey = new IssuerSurvey(request.CaFile, terminal.Clock);
            deployment = deployment with { Publications = await terminal.WaitAsync(survey.AskAsync(deployment, ct), "Waiting for the issuers...") };
        }
        _notes.Insert(0, Summary(deployment));
        return deployment;
    }

    // The bundle that a target follows: the one that was given if it is at that place, or at one that cannot be looked at from here.
    private async Task<Bundle?> FollowedAsync(Target target, Bundle? given, CancellationToken ct)
    {
        if (target.Options.TrustBundle is not { } place || string.IsNullOrWhiteSpace(place))
            return null;
        if (request.Bundle is { } named && Same(place, named))
            return given;
        if (BundleSettings.IsFile(target.Options) ? File.Exists(place) : request.Fetches && BundleSettings.PlaceFault(target.Options) is null)
        {
            var areKnown = BundleSettings.TryReadPins(target.Options, out var pins, out _);
            if (areKnown && pins is null && BundleSettings.IsFile(target.Options) && WriterFault(place) is { } open)
            {
                _unopened.Add(new UnopenedBundle(place, $"{open}, or sign the bundle and pin the key"));
                return null;
            }
            var followed = await OpenAsync(place, areKnown ? pins : null, request.CaFile ?? target.Options.CaFile, ct);
            return followed is null || areKnown ? followed : followed with { HasUnknownPins = true };
        }
        if (request.Bundle is null)
            _notes.Add($"Passed over: {place}, the bundle that {target.File} names, is not at hand; give it with --bundle.");
        return given;
    }

    // A target takes an unsigned bundle only from a file that nobody but its owner may write to.
    private static string? WriterFault(string place)
    {
        using var file = File.OpenHandle(place);
        return BoundedFile.WriterFault(file, place);
    }

    private async Task<Bundle?> OpenAsync(string place, KeySet? pins, string? caFile, CancellationToken ct)
    {
        var key = (place, string.Join(' ', pins?.Keys.Select(pin => pin.ToJwk().Thumbprint()) ?? []));
        if (_opened.TryGetValue(key, out var opened))
            return opened;
        try
        {
            return _opened[key] = new Bundle(place, await BundleDocuments.OpenAsync(place, pins, caFile, terminal, ct));
        }
        catch (CommandFault fault) when (fault.ExitCode != ExitCode.Misuse)
        {
            _unopened.Add(new UnopenedBundle(place, fault.Message) { IsOutOfReach = fault.ExitCode == ExitCode.Unreachable });
            return _opened[key] = null;
        }
    }

    // Without a key on the command line, the bundle must be signed as a target that follows it demands.
    private KeySet? PinsOfFollower(SettingsFile[] files)
    {
        KeySet? pins = null;
        return files.SelectMany(file => file.Targets).Any(target => target.Options.TrustBundle is { } place && Same(place, request.Bundle!)
            && BundleSettings.TryReadPins(target.Options, out pins, out _) && pins is not null) ? pins : null;
    }

    private static bool Same(string one, string other) => one == other || (File.Exists(one) && Path.GetFullPath(one) == Path.GetFullPath(other));

    private static string Summary(Deployment deployment)
    {
        var parts = new List<string>
        {
            Count(deployment.Targets.Count, "target"), Count(deployment.Services.Count, "service that issues for itself", "services that issue for themselves"),
            Count(deployment.Bundles.Count, "trust bundle"), Count(deployment.Publications.Count(each => each.Keys is not null), "published key set"),
        };
        parts.RemoveAll(part => part.StartsWith("0 ", StringComparison.Ordinal));
        parts.Add(deployment.Asked is { } asked ? $"the issuer {asked.Issuer} on this machine" : "no issuer by its admin API");
        return $"Looked at: {string.Join(", ", parts)}.";
    }

    private static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";
}
