// `watchword client`: the services that call, each with its first API key.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Creates, lists, shows, disables, enables and deletes clients.</summary>
internal static class ClientCommands
{
    private const string IdHelp = "The client's name, 1 to 64 of A-Z a-z 0-9 . _ -, such as orders. It becomes the token's subject.";

    public static Command Build(Terminal terminal)
    {
        var noun = new CliCommand(
            "client",
            "The services that call others. A client proves itself with a credential and may ask for what it is granted.",
            "watchword client create orders",
            "watchword client show orders")
        {
            Create(terminal),
            List(terminal),
            Show(terminal),
            Switch(terminal, "disable", "Give this client no more tokens, whatever credential it has. Tokens already issued are good until they expire."),
            Switch(terminal, "enable", "Give this client tokens again."),
            Delete(terminal),
        };
        noun.Options.Add(CommonOptions.Data());
        return noun;
    }

    private static CliCommand Create(Terminal terminal)
    {
        var id = CommonOptions.Id("CLIENT", IdHelp);
        var name = CommonOptions.Text("--name", "NAME", "What to call its first API key, for your own eyes.");
        var expires = CommonOptions.Duration("--expires", "When its first API key stops working, counted from now (default: never).");
        var command = new CliCommand(
            "create",
            "Register a client and print its first API key, once.",
            "watchword client create orders",
            "watchword client create orders --expires 90d --output json")
        {
            id, name, expires,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteString("client_id", parsed.GetRequiredValue(id));
                writer.WriteOptional("credential_name", parsed.GetValue(name));
                writer.WriteOptional("expires_in", parsed.GetValue(expires));
            });
            var client = await admin.SendAsync(HttpMethod.Post, "clients", body, cancellationToken);
            CredentialCommands.PrintNew(Output.Of(parsed, terminal), client, "credential_name");
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand List(Terminal terminal)
    {
        var command = new CliCommand("list", "List every client.", "watchword client list --output json");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, "clients", null, cancellationToken);
            Output.Of(parsed, terminal).List(
                answer,
                "clients",
                "There are no clients yet; create one with `watchword client create`.",
                ["CLIENT", "STATE", "CREATED"],
                client => [client.Text("client_id"), State(client), client.Text("created")]);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Show(Terminal terminal)
    {
        var id = CommonOptions.Id("CLIENT", IdHelp);
        var command = new CliCommand("show", "Show one client with its credentials and grants.", "watchword client show orders") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var client = await admin.SendAsync(HttpMethod.Get, AdminClient.ClientPath(parsed.GetRequiredValue(id)), null, cancellationToken);
            Print(Output.Of(parsed, terminal), client);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Switch(Terminal terminal, string verb, string description)
    {
        var id = CommonOptions.Id("CLIENT", IdHelp);
        var command = new CliCommand(verb, description, $"watchword client {verb} orders") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var client = await admin.SendAsync(HttpMethod.Post, $"{AdminClient.ClientPath(parsed.GetRequiredValue(id))}/{verb}", null, cancellationToken);
            Print(Output.Of(parsed, terminal), client);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Delete(Terminal terminal)
    {
        var id = CommonOptions.Id("CLIENT", IdHelp);
        var command = new CliCommand(
            "delete",
            "Delete a client with its credentials and grants. Tokens already issued are good until they expire.",
            "watchword client delete orders")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var client = parsed.GetRequiredValue(id);
            await admin.SendAsync(HttpMethod.Delete, AdminClient.ClientPath(client), null, cancellationToken);
            Output.Of(parsed, terminal).Done($"Deleted client {client}.", writer =>
            {
                writer.WriteString("client_id", client);
                writer.WriteBoolean("deleted", true);
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement client)
    {
        if (output.IsJson)
        {
            output.Json(client);
            return;
        }

        output.Fields(("client", client.Text("client_id")), ("state", State(client)), ("created", client.Text("created")));
        if (client.Items("credentials").Any())
        {
            output.Line("");
            CredentialCommands.PrintTable(output, client);
        }

        if (client.Items("grants").Any())
        {
            output.Line("");
            GrantCommands.PrintTable(output, client);
        }
    }

    private static string State(JsonElement client) => client.IsTrue("disabled") ? "disabled" : "enabled";
}
