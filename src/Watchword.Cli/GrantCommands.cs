// `watchword grant`: which client may ask for which scopes of which resource.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Adds, lists and removes grants.</summary>
internal static class GrantCommands
{
    private static readonly string[] Headings = ["RESOURCE", "SCOPES"];

    public static Command Build(Terminal terminal)
    {
        var noun = new CliCommand(
            "grant",
            "Which client may ask for which scopes of which resource. What is not granted is refused.",
            "watchword grant add orders https://billing --scope invoices:read",
            "watchword grant list orders")
        {
            Add(terminal),
            List(terminal),
            Remove(terminal),
        };
        noun.Options.Add(CommonOptions.Data());
        return noun;
    }

    private static CliCommand Add(Terminal terminal)
    {
        var client = CommonOptions.Id("CLIENT", "The client that may ask.");
        var resource = CommonOptions.Id("RESOURCE", "The resource it may ask for.");
        var scopes = CommonOptions.Scope("A scope of that resource; repeat it for more.");
        var command = new CliCommand(
            "add",
            "Grant scopes of a resource to a client. Adds to what is granted already, and may be repeated.",
            "watchword grant add orders https://billing --scope invoices:read --scope invoices:write")
        {
            client, resource, scopes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteString("resource", parsed.GetRequiredValue(resource));
                writer.WriteTexts("scopes", CommonOptions.Split(parsed.GetValue(scopes)));
            });
            var path = AdminClient.ClientPath(parsed.GetRequiredValue(client)) + "/grants";
            var grant = await admin.SendAsync(HttpMethod.Post, path, body, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(grant);
            else
                output.Fields(("client", grant.Text("client_id")), ("resource", grant.Text("resource")), ("scopes", grant.Texts("scopes")));

            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand List(Terminal terminal)
    {
        var client = CommonOptions.Id("CLIENT", "The client whose grants to list.");
        var command = new CliCommand("list", "List what a client may ask for.", "watchword grant list orders") { client };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var path = AdminClient.ClientPath(parsed.GetRequiredValue(client)) + "/grants";
            var answer = await admin.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            Output.Of(parsed, terminal).List(
                answer, "grants", "Nothing is granted to this client yet; grant something with `watchword grant add`.", Headings, Row);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Remove(Terminal terminal)
    {
        var client = CommonOptions.Id("CLIENT", "The client that may no longer ask.");
        var resource = CommonOptions.Id("RESOURCE", "The resource it may no longer ask for.");
        var scopes = CommonOptions.Scope("Remove only this scope; repeat it for more. Without it, everything granted for the resource is removed.");
        var command = new CliCommand(
            "remove",
            "Take scopes, or a whole resource, away from a client. Tokens already issued are good until they expire.",
            "watchword grant remove orders https://billing --scope invoices:write",
            "watchword grant remove orders https://billing")
        {
            client, resource, scopes,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var id = parsed.GetRequiredValue(client);
            var target = parsed.GetRequiredValue(resource);
            var removed = CommonOptions.Split(parsed.GetValue(scopes)).ToArray();
            foreach (var scope in removed.Length == 0 ? new string?[] { null } : removed)
            {
                var path = AdminClient.ClientPath(id) + "/grants" + AdminClient.Query(("resource", target), ("scope", scope));
                await admin.SendAsync(HttpMethod.Delete, path, null, cancellationToken);
            }

            var what = removed.Length == 0 ? "everything" : string.Join(' ', removed);
            Output.Of(parsed, terminal).Done($"Removed {what} of {target} from {id}.", writer =>
            {
                writer.WriteString("client_id", id);
                writer.WriteString("resource", target);
                writer.WriteTexts("removed_scopes", removed);
                writer.WriteBoolean("removed", true);
            });
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Prints the grants of one client.</summary>
    public static void PrintTable(Output output, JsonElement client) => output.Table(Headings, client.Items("grants").Select(Row));

    private static string[] Row(JsonElement grant) => [grant.Text("resource"), grant.Texts("scopes")];
}
