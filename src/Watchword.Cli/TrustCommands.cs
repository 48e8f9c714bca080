// `watchword trust`: the issuer's registry of other issuers, from which it publishes a trust bundle.
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Registers, lists and removes those whom targets trust beside the issuer, and publishes the bundle of them.</summary>
internal static class TrustCommands
{
    public static Command Build(Terminal terminal)
    {
        var noun = new CliCommand(
            "trust",
            "The registry of services that issue for themselves, and of other issuers, which targets follow as one trust bundle.",
            "watchword trust add https://orders.internal --scope invoices:read",
            "watchword trust list",
            "watchword trust export > draft.json",
            "watchword bundle sign draft.json --key bundle-private.jwk > bundle.jwt",
            "watchword trust publish bundle.jwt")
        {
            TrustAddCommand.Build(terminal),
            List(terminal),
            Show(terminal),
            Remove(terminal),
            TrustPublishCommands.Export(terminal),
            TrustPublishCommands.Publish(terminal),
        };
        noun.Options.Add(CommonOptions.Data());
        return noun;
    }

    /// <summary>The admin API's path of one registered issuer.</summary>
    public static string PathOf(string issuer) => "trust" + AdminClient.Query(("issuer", issuer));

    /// <summary>Prints an entry with the bundle that it is in.</summary>
    public static void PrintEntry(Output output, JsonElement answer)
    {
        if (output.IsJson)
        {
            output.Json(answer);
        }
        else
        {
            var entry = EntryOf(answer.GetProperty("entry"));
            output.Fields([.. BundleDiff.Fields(entry), ("comment", entry.Comment), .. BundleFields(answer)]);
        }

        Warn(output, answer);
    }

    /// <summary>The published bundle as names and values; none where nothing is published.</summary>
    public static (string Name, string? Value)[] BundleFields(JsonElement answer)
    {
        if (!answer.TryGetProperty("bundle", out var bundle))
            return [];
        var form = bundle.IsTrue("signed") ? "signed" : "unsigned";
        return [("bundle", $"serial {bundle.Text("serial")}, {form}, expires {bundle.Text("expires")}")];
    }

    /// <summary>Says on standard error that the published bundle lags behind the registry, if that is so.</summary>
    public static void Warn(Output output, JsonElement answer)
    {
        if (answer.TryGetProperty("bundle", out var bundle) && bundle.IsTrue("lags"))
        {
            output.Note(
                $"warning: The published bundle {bundle.Text("serial")} is signed and lags behind the registry: targets learn of this only when you have run "
                + "`watchword trust export`, signed the draft offline with `watchword bundle sign`, and published it with `watchword trust publish`.");
        }
    }

    private static CliCommand List(Terminal terminal)
    {
        var command = new CliCommand("list", "List who is registered, how far each is trusted, and the bundle that is published.", "watchword trust list");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, "trust", null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (!output.IsJson)
                output.Fields(BundleFields(answer));
            output.List(
                answer, "issuers", "Nobody is registered; register a service with `watchword trust add`.", BundleDiff.Headings, entry => BundleDiff.Row(EntryOf(entry)));
            Warn(output, answer);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Show(Terminal terminal)
    {
        var id = Issuer();
        var command = new CliCommand("show", "Show how far one issuer is trusted.", "watchword trust show https://orders.internal") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, PathOf(parsed.GetRequiredValue(id)), null, cancellationToken);
            PrintEntry(Output.Of(parsed, terminal), answer);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Remove(Terminal terminal)
    {
        var id = Issuer();
        var command = new CliCommand(
            "remove",
            "Trust an issuer no longer. Targets refuse its tokens, also those that are still good, from their next look at the bundle on.",
            "watchword trust remove https://orders.internal")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Delete, PathOf(parsed.GetRequiredValue(id)), null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(answer);
            else
                output.Line($"Removed {answer.Text("issuer")} from the registry.");
            Warn(output, answer);
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Issuer() => CommonOptions.Id("ISSUER", "The issuer's identifier, as `watchword trust list` shows it.");

    private static TrustEntry EntryOf(JsonElement entry)
    {
        try
        {
            return TrustBundleText.ReadEntry(Encoding.UTF8.GetBytes(entry.GetRawText()));
        }
        catch (InvalidBundleException fault)
        {
            throw CommandFault.Unreachable($"The issuer answered with an entry that this tool does not understand ({fault.Message.TrimEnd('.')}); use the tool of the issuer's version.");
        }
    }
}
