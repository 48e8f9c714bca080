// `watchword trust export|publish`: the registry as a bundle that is signed offline, and the signed bundle back to the issuer.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>Takes the registry out to be signed, and publishes what was signed.</summary>
internal static class TrustPublishCommands
{
    private const int LongestBundle = 2 * 1024 * 1024;

    public static CliCommand Export(Terminal terminal)
    {
        var command = new CliCommand(
            "export",
            "Print the registry as a bundle with the next serial, to be signed offline. While nothing changes it stays the same. It may be edited before "
            + "it is signed, but for its issuers.",
            "watchword trust export > draft.json");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Post, "trust/draft", null, cancellationToken);
            terminal.Output.Write(answer.Text("document"));
            Output.Of(parsed, terminal).Note(
                $"This is a draft with the serial {answer.Text("serial")}. Sign it where the private key is kept, with `watchword bundle sign`, and publish it with `watchword trust publish`.");
            return ExitCode.Done;
        });
        return command;
    }

    public static CliCommand Publish(Terminal terminal)
    {
        var file = new Argument<string?>("FILE") { Description = "The signed bundle.", Arity = ArgumentArity.ZeroOrOne };
        var unsigned = new Option<bool>("--unsigned") { Description = "Publish the registry without a signature, now and with each change. Targets that pin a key take no unsigned bundle." };
        var command = new CliCommand(
            "publish",
            "Publish a signed bundle: it must be what is registered, with a later serial. From then on nothing unsigned is published, until --unsigned "
            + "says so. The signature is for targets to verify, which alone know the key; see that it is good with `watchword bundle verify`.",
            "watchword trust publish bundle.jwt",
            "watchword trust publish --unsigned")
        {
            file, unsigned,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file);
            if (path is null != parsed.GetValue(unsigned))
                throw CommandFault.Misuse("Name the file with the signed bundle, or say --unsigned, and not both.");

            var document = path is null ? null : SmallInput.OfFile(path, "The bundle", LongestBundle);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteOptional("document", document);
                if (document is null)
                    writer.WriteBoolean("unsigned", true);
            });
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Post, "trust/publish", body, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(answer);
            else
                output.Fields(TrustCommands.BundleFields(answer));
            return ExitCode.Done;
        });
        return command;
    }
}
