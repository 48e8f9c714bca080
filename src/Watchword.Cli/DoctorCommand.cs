// `watchword doctor`: what will hurt, and what to do about it, at the issuer of this machine and in a deployment.
using System.CommandLine;
using Watchword.Cli.Findings;
using Watchword.Issuer.Storage;

namespace Watchword.Cli;

/// <summary>Asks the running issuer what it finds wrong with itself, and looks over targets and bundles.</summary>
internal static class DoctorCommand
{
    public static Command Build(Terminal terminal)
    {
        var bundle = CommonOptions.Text("--bundle", "PLACE", "A trust bundle to look at: a file or an https URL. Those that settings name are looked at without it.");
        var keys = CommonOptions.Texts("--bundle-key", "FILE", "A public key that must have signed --bundle, as JWK; repeat it for a second one.");
        var settings = CommonOptions.Texts("--settings", "FILE", "The settings of a service, as appsettings.json; repeat it for more services.");
        var caFile = CommonOptions.Text("--ca-file", "FILE", "The only authorities to trust when issuers and bundles are fetched, in PEM form (default: what the settings say, or those of the system).");
        var noFetch = new Option<bool>("--no-fetch") { Description = "Do not ask issuers for their keys, nor fetch bundles that settings name." };
        var command = new CliCommand(
            "doctor",
            "Look for what will hurt: at the issuer of this machine, and with --settings and --bundle in the targets and the trust of a deployment. "
            + "It changes nothing. Exits with 1 if there is an error or a warning.",
            "watchword doctor",
            "watchword doctor --settings billing/appsettings.json --settings orders/appsettings.json",
            "watchword doctor --bundle https://auth.example/bundle.jwt --bundle-key bundle-public.jwk --output json")
        {
            CommonOptions.Data(), bundle, keys, settings, caFile, noFetch,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(keys) is { Length: > 0 } && result.GetValue(bundle) is null)
                result.AddError("--bundle-key says who must have signed --bundle; give that too.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new DeploymentRequest(parsed.GetValue(settings) ?? [], parsed.GetValue(bundle), parsed.GetValue(keys) ?? [])
            {
                CaFile = parsed.GetValue(caFile),
                Fetches = !parsed.GetValue(noFetch),
            };
            var output = Output.Of(parsed, terminal);
            var asked = await AskAsync(parsed, request, terminal, output, cancellationToken);
            var reading = new DeploymentReading(request, terminal);
            var found = asked?.Findings ?? [];
            if (!request.IsEmpty)
                found = [.. found, .. DeploymentDoctor.Examine(await reading.ReadAsync(asked, cancellationToken))];
            foreach (var note in reading.Notes)
                output.Note(note);
            Print(output, [.. found.OrderBy(finding => finding.Severity)]);
            return found.Any(finding => finding.IsGrave) ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    // Where only a deployment is asked about, this machine need not have an issuer.
    private static async Task<IssuerAnswer?> AskAsync(
        ParseResult parsed, DeploymentRequest request, Terminal terminal, Output output, CancellationToken cancellationToken)
    {
        var mustAnswer = request.IsEmpty || CommonOptions.DataOf(parsed) is not null;
        if (!mustAnswer && !HasDefaultIssuer())
            return null;
        try
        {
            using var admin = AdminClient.Of(parsed, terminal);
            return await IssuerAnswer.AskAsync(admin, needsLifetimes: request.Settings.Count > 0, cancellationToken);
        }
        catch (CommandFault fault) when (!mustAnswer)
        {
            output.Note($"The issuer of this machine was passed over. {Output.Sentence(fault.Message)}");
            return null;
        }
    }

    private static bool HasDefaultIssuer()
    {
        try
        {
            using var folder = DataFolder.At(null);
            return File.Exists(folder.SocketPath);
        }
        catch (StorageException)
        {
            return false;
        }
    }

    private static void Print(Output output, IReadOnlyList<Finding> findings)
    {
        if (output.IsJson)
        {
            output.Done("", json =>
            {
                json.WriteStartArray("findings");
                foreach (var finding in findings)
                    finding.Write(json);
                json.WriteEndArray();
            });
            return;
        }

        foreach (var finding in findings)
        {
            output.Line($"{finding.SeverityName}: {finding.Subject}: {finding.Message}");
            output.Line($"  {finding.Mend}");
        }

        if (findings.Count == 0)
            output.Line("Nothing was found.");
    }
}
