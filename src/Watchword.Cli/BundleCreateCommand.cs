// `watchword bundle create`: a new bundle, or the next version of one.
using System.CommandLine;
using System.Text;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Makes a bundle and prints it.</summary>
internal static class BundleCreateCommand
{
    private static readonly TimeSpan UsualLife = TimeSpan.FromDays(90);

    public static CliCommand Build(Terminal terminal)
    {
        var from = CommonOptions.Text("--from", "BUNDLE", "A bundle to start from: its issuers are taken over, and its serial goes up by one.");
        var pins = CommonOptions.Texts("--key", "FILE", "A public key that must have signed the bundle of --from; a second one while it replaces the first.");
        var issuers = CommonOptions.Texts("--issuer", "URL", "An issuer to trust, for itself alone; repeat it for more. For other limits, edit the JSON.");
        var removed = CommonOptions.Texts("--remove", "URL", "An issuer of --from to trust no longer; repeat it for more.");
        var scopes = CommonOptions.Scope("A scope that the issuers of --issuer may grant; repeat it for more.");
        var embed = new Option<bool>("--embed-keys") { Description = "Fetch the keys of these issuers now and write them into the bundle, so that targets fetch none." };
        var expires = CommonOptions.Duration("--expires", "How long the bundle is good for, counted from now (default 90d).");
        var caFile = TokenOptions.CaFile();
        var command = new CliCommand(
            "create",
            "Make a bundle, or the next version of one, and print it as JSON, which may be edited before it is signed.",
            "watchword bundle create --issuer https://orders.internal --scope invoices:read > bundle.json",
            "watchword bundle create --from bundle.json --remove https://orders.internal > next.json")
        {
            from, pins, issuers, removed, scopes, embed, expires, caFile,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(from) is null && (result.GetValue(pins) is { Length: > 0 } || result.GetValue(removed) is { Length: > 0 }))
                result.AddError("--key and --remove go with --from.");
            if (result.GetValue(issuers) is not { Length: > 0 } && (result.GetValue(scopes) is { Length: > 0 } || result.GetValue(embed)))
                result.AddError("--scope and --embed-keys go with --issuer.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var previous = parsed.GetValue(from) is { } place
                ? await PreviousAsync(place, BundleDocuments.Pins(parsed.GetValue(pins)), parsed.GetValue(caFile), terminal, cancellationToken)
                : null;
            var entries = Kept(previous, parsed.GetValue(removed) ?? []);
            foreach (var issuer in parsed.GetValue(issuers) ?? [])
            {
                var keys = parsed.GetValue(embed) ? await KeysOfAsync(issuer, parsed.GetValue(caFile), terminal, cancellationToken) : null;
                entries.Add(new TrustEntry { Issuer = issuer, Keys = keys, Scopes = [.. CommonOptions.Split(parsed.GetValue(scopes))] });
            }
            var end = terminal.Clock.GetUtcNow() + (parsed.GetValue(expires) ?? UsualLife);
            terminal.Output.Write(Encoding.UTF8.GetString(Make((previous?.Serial ?? 0) + 1, end, entries, previous?.Comment).ToJson()));
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<TrustBundle> PreviousAsync(string place, KeySet? pins, string? caFile, Terminal terminal, CancellationToken cancellationToken)
    {
        var document = await BundleDocuments.OpenAsync(place, pins, caFile, terminal, cancellationToken);
        BundleDocuments.WarnOfUnchecked(document, terminal, "give the public key with --key");
        return document.Bundle;
    }

    private static List<TrustEntry> Kept(TrustBundle? bundle, string[] removed)
    {
        var entries = bundle?.Issuers.ToList() ?? [];
        foreach (var issuer in removed)
        {
            if (entries.RemoveAll(entry => entry.Issuer == issuer) == 0)
                throw CommandFault.Refused($"--remove: the bundle does not trust '{issuer}'; `watchword bundle show` lists whom it trusts.");
        }
        return entries;
    }

    private static TrustBundle Make(long serial, DateTimeOffset expires, List<TrustEntry> entries, string? comment)
    {
        try
        {
            return new TrustBundle(serial, expires, entries, comment);
        }
        catch (InvalidBundleException fault)
        {
            throw CommandFault.Misuse(fault.Message);
        }
    }

    private static async Task<KeySet> KeysOfAsync(string issuer, string? caFile, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            using var fetcher = new DocumentFetcher(new FetcherOptions { CaFile = caFile }, terminal.Clock);
            var metadata = await IssuerMetadata.FetchAsync(fetcher, issuer, cancellationToken);
            return KeySet.Parse(await fetcher.FetchAsync(metadata.JwksUri, cancellationToken));
        }
        catch (FetchException fault)
        {
            throw CommandFault.Unreachable(fault.Message);
        }
        catch (InvalidKeyException fault)
        {
            throw CommandFault.Refused($"{issuer}: {fault.Message}");
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }
}
