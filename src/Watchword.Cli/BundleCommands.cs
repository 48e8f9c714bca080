// `watchword bundle`: trust bundles at a prompt. No issuer's data folder is needed; what is printed goes into a file by redirection.
using System.CommandLine;
using System.Globalization;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Makes, signs, shows, checks and compares trust bundles.</summary>
internal static class BundleCommands
{
    public static Command Build(Terminal terminal) => new CliCommand(
        "bundle",
        "Trust bundles: documents that say which issuers a service trusts, and how far.",
        "watchword bundle create --issuer https://orders.internal --scope invoices:read > bundle.json",
        "watchword bundle sign bundle.json --key bundle-private.jwk > bundle.jwt",
        "watchword bundle verify bundle.jwt --key bundle-public.jwk")
    {
        BundleCreateCommand.Build(terminal),
        Sign(terminal),
        Show(terminal),
        Verify(terminal),
        Diff(terminal),
    };

    private static CliCommand Sign(Terminal terminal)
    {
        var file = CommonOptions.Id("FILE", "The bundle in JSON.");
        var key = new Option<string>("--key") { Description = "The file with the private key, as `watchword key generate` makes it.", HelpName = "FILE", Required = true };
        var command = new CliCommand(
            "sign",
            "Sign a bundle with a key that is kept offline, and print the signed bundle. Targets that pin the public key take no other.",
            "watchword bundle sign bundle.json --key bundle-private.jwk > bundle.jwt")
        {
            file, key,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var document = await BundleDocuments.OpenAsync(parsed.GetRequiredValue(file), null, null, terminal, cancellationToken);
            using var signer = BundleDocuments.Signer(parsed.GetRequiredValue(key));
            RefuseExpired(document.Bundle, terminal);
            BundleDocuments.WarnOfUnchecked(document, terminal, "see with `watchword bundle verify` whether it is what you mean to sign");
            var output = Output.Of(parsed, terminal);
            var signed = Signed(document.Bundle, signer);
            output.Done(signed, json => json.WriteString("bundle", signed));
            if (!output.IsJson)
                output.Note($"Signed serial {document.Bundle.Serial} by {signer.KeyId}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static void RefuseExpired(TrustBundle bundle, Terminal terminal)
    {
        if (bundle.Expires <= terminal.Clock.GetUtcNow())
            throw CommandFault.Refused($"The bundle expired at {bundle.Expires:u}; make a new one with `watchword bundle create --from`.");
    }

    private static string Signed(TrustBundle bundle, Keys.SigningKey signer)
    {
        try
        {
            return SignedTrustBundle.Sign(bundle, signer);
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }

    private static CliCommand Show(Terminal terminal)
    {
        var place = Place();
        var caFile = CaFile();
        var command = new CliCommand(
            "show",
            "Show whom a bundle trusts. Its signature is not checked; `bundle verify` does that.",
            "watchword bundle show bundle.jwt",
            "watchword bundle show https://auth.example/.well-known/watchword/bundle --output json")
        {
            place, caFile,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var document = await BundleDocuments.OpenAsync(parsed.GetRequiredValue(place), null, parsed.GetValue(caFile), terminal, cancellationToken);
            Print(Output.Of(parsed, terminal), document);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Verify(Terminal terminal)
    {
        var place = Place();
        var caFile = CaFile();
        var keys = new Option<string[]>("--key") { Description = "A file with a pinned public key; a second one is pinned while it replaces the first.", HelpName = "FILE", Required = true };
        var after = new Option<long?>("--serial")
        {
            Description = "The highest serial seen so far: an older bundle is refused.",
            HelpName = "N",
            CustomParser = result =>
            {
                if (long.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
                    return serial;
                result.AddError($"--serial '{result.Tokens[0].Value}' is not a serial: write a whole number.");
                return null;
            },
        };
        var command = new CliCommand(
            "verify",
            "Check a bundle as a target would: signed by a pinned key, no older than what was seen, not expired. Exit 1 if not.",
            "watchword bundle verify bundle.jwt --key bundle-public.jwk --serial 12")
        {
            place, keys, after, caFile,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var pins = BundleDocuments.Pins(parsed.GetRequiredValue(keys));
            var document = await BundleDocuments.OpenAsync(parsed.GetRequiredValue(place), pins, parsed.GetValue(caFile), terminal, cancellationToken);
            if (BundleAcceptance.Fault(document.Bundle, parsed.GetValue(after) ?? 0, null) is { } fault)
                throw CommandFault.Refused(fault);
            RefuseExpired(document.Bundle, terminal);
            Print(Output.Of(parsed, terminal), document);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Diff(Terminal terminal)
    {
        var older = CommonOptions.Id("OLD", "The bundle that is in force: a file or a URL.");
        var newer = CommonOptions.Id("NEW", "The bundle that is to replace it.");
        var caFile = CaFile();
        var command = new CliCommand(
            "diff",
            "Say in sentences what a new bundle changes: who is trusted anew, who no longer, and whose limits are others.",
            "watchword bundle diff https://auth.example/.well-known/watchword/bundle bundle.json")
        {
            older, newer, caFile,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var authority = parsed.GetValue(caFile);
            var before = await BundleDocuments.OpenAsync(parsed.GetRequiredValue(older), null, authority, terminal, cancellationToken);
            var after = await BundleDocuments.OpenAsync(parsed.GetRequiredValue(newer), null, authority, terminal, cancellationToken);
            var changes = BundleDiff.Of(before.Bundle, after.Bundle);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Done("", json => json.WriteTexts("changes", changes));
            foreach (var change in output.IsJson ? [] : changes)
                output.Line(change);
            if (changes.Count == 0 && !output.IsJson)
                output.Note("The bundles say the same.");
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Place() => CommonOptions.Id("BUNDLE", "The bundle, signed or not: a file or an https URL.");

    private static Option<string?> CaFile() =>
        CommonOptions.Text("--ca-file", "FILE", "The certificate of the private authority that the server's own was made by, in PEM form.");

    private static void Print(Output output, SignedTrustBundle document)
    {
        if (output.IsJson)
        {
            using var json = System.Text.Json.JsonDocument.Parse(document.Bundle.ToJson());
            output.Json(json.RootElement);
            return;
        }

        var signature = document.VerifiedBy is { } kid ? $"good, by {kid}" : document.IsSigned ? "there, not checked" : "none";
        output.Fields(
            ("serial", $"{document.Bundle.Serial}"),
            ("expires", $"{document.Bundle.Expires:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            ("signature", signature),
            ("comment", document.Bundle.Comment));
        output.Table(BundleDiff.Headings, document.Bundle.Issuers.Select(BundleDiff.Row));
    }
}
