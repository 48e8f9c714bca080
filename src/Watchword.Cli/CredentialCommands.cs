// `watchword credential`: several API keys per client, so that one can be replaced with no downtime.
using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Adds, lists and revokes credentials.</summary>
internal static class CredentialCommands
{
    private static readonly string[] Headings = ["CREDENTIAL", "NAME", "STATE", "CREATED", "EXPIRES", "LAST USED", "FROM"];

    public static Command Build(Terminal terminal)
    {
        var noun = new CliCommand(
            "credential",
            "What clients prove themselves with. To replace an API key with no downtime: add one, hand it out, and revoke the old one when it is no longer used.",
            "watchword credential add orders --name 2027",
            "watchword credential list orders")
        {
            Add(terminal),
            List(terminal),
            Revoke(terminal),
        };
        noun.Options.Add(CommonOptions.Data());
        return noun;
    }

    private static CliCommand Add(Terminal terminal)
    {
        var client = CommonOptions.Id("CLIENT", "The client that gets one more API key.");
        var name = CommonOptions.Text("--name", "NAME", "What to call the API key, for your own eyes.");
        var expires = CommonOptions.Duration("--expires", "When the API key stops working, counted from now (default: never).");
        var command = new CliCommand(
            "add",
            "Give a client one more API key and print it, once. The others go on working.",
            "watchword credential add orders --name 2027 --expires 90d")
        {
            client, name, expires,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteOptional("name", parsed.GetValue(name));
                writer.WriteOptional("expires_in", parsed.GetValue(expires));
            });
            var path = AdminClient.ClientPath(parsed.GetRequiredValue(client)) + "/credentials";
            var credential = await admin.SendAsync(HttpMethod.Post, path, body, cancellationToken);
            PrintNew(Output.Of(parsed, terminal), credential, "name");
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand List(Terminal terminal)
    {
        var client = CommonOptions.Id("CLIENT", "The client whose credentials to list.");
        var command = new CliCommand("list", "List a client's credentials. Their secrets are not kept, so they cannot be shown.", "watchword credential list orders")
        {
            client,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var path = AdminClient.ClientPath(parsed.GetRequiredValue(client)) + "/credentials";
            var answer = await admin.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            Output.Of(parsed, terminal).List(
                answer, "credentials", "This client has no credentials; add one with `watchword credential add`.", Headings, Row);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Revoke(Terminal terminal)
    {
        var id = CommonOptions.Id("CREDENTIAL", "The credential's id, as `watchword credential list` shows it.");
        var unused = CommonOptions.Duration("--if-unused-for", "Refuse if it was used within this time; one that was never used counts from when it was made.");
        var command = new CliCommand(
            "revoke",
            "Make a credential useless, at once and for good. Tokens it already obtained are good until they expire.",
            "watchword credential revoke 4fJ0bQz1YxT8mLkP",
            "watchword credential revoke 4fJ0bQz1YxT8mLkP --if-unused-for 7d")
        {
            id, unused,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var credential = parsed.GetRequiredValue(id);
            if (credential.Contains('_', StringComparison.Ordinal))
                throw CommandFault.Misuse("A credential is revoked by its id (the 16 letters and digits between the first two '_' of an API key), never by the key itself.");

            var seconds = parsed.GetValue(unused) is { } time ? time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) : null;
            var answer = await admin.SendAsync(
                HttpMethod.Delete, "credentials/" + Uri.EscapeDataString(credential) + AdminClient.Query(("if_unused_for", seconds)), null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(answer);
            else
            {
                output.Line($"Revoked credential {credential}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Prints a credential that was just made, with the API key that is never shown again.</summary>
    public static void PrintNew(Output output, JsonElement credential, string nameMember)
    {
        if (output.IsJson)
        {
            output.Json(credential);
            return;
        }

        output.Fields(
            ("client", credential.Text("client_id")),
            ("credential", credential.Text("credential_id")),
            ("name", credential.Text(nameMember)),
            ("expires", credential.Text("expires")),
            ("API key", credential.Text("api_key")));
        output.Note("The API key is shown this once: put it where only this client can read it.");
    }

    /// <summary>Prints the credentials of one client.</summary>
    public static void PrintTable(Output output, JsonElement client) => output.Table(Headings, client.Items("credentials").Select(Row));

    private static string[] Row(JsonElement credential) =>
    [
        credential.Text("credential_id"),
        credential.Text("name"),
        credential.Text("revoked") is "" or "false" ? "good" : "revoked",
        credential.Text("created"),
        credential.Text("expires") is { Length: > 0 } expires ? expires : "never",
        credential.Text("last_used") is { Length: > 0 } used ? used : "never",
        credential.Text("last_used_from"),
    ];
}
