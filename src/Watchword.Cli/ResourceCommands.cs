// `watchword resource`: the targets that tokens are issued for (RFC 8707).
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Creates, lists, shows and deletes resources.</summary>
internal static class ResourceCommands
{
    private const string IdHelp = "The resource's identifier: an absolute URI without a fragment, such as https://billing. It becomes the token's audience.";

    public static Command Build(Terminal terminal)
    {
        var noun = new CliCommand(
            "resource",
            "The services that are called. A token is always for one resource.",
            "watchword resource create https://billing --scope invoices:read --scope invoices:write",
            "watchword resource list")
        {
            Create(terminal),
            List(terminal),
            Show(terminal),
            Delete(terminal),
            ResourceEncryptionCommands.Build(terminal),
            ResourceSecretCommands.Build(terminal),
        };
        noun.Options.Add(CommonOptions.Data());
        return noun;
    }

    private static CliCommand Create(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var scopes = CommonOptions.Scope("A scope that clients may be granted; repeat it for more.");
        var lifetime = CommonOptions.Duration("--lifetime", "How long its tokens live, from 10s to 24h (default 5m).");
        var algorithm = CommonOptions.Text(
            "--algorithm",
            "NAME",
            "What its tokens are signed with: ES256 (default), ES384, ES512, EdDSA, RS256, PS256, or HS256 with a secret that only the "
            + "issuer and this resource share.");
        var command = new CliCommand(
            "create",
            "Register a resource. With --algorithm HS256 its shared secret is printed, once.",
            "watchword resource create https://billing --scope invoices:read",
            "watchword resource create https://legacy --scope read --lifetime 10m --algorithm HS256")
        {
            id, scopes, lifetime, algorithm,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteString("resource", parsed.GetRequiredValue(id));
                writer.WriteTexts("scopes", CommonOptions.Split(parsed.GetValue(scopes)));
                writer.WriteOptional("token_lifetime", parsed.GetValue(lifetime));
                writer.WriteOptional("algorithm", parsed.GetValue(algorithm));
            });
            var resource = await admin.SendAsync(HttpMethod.Post, "resources", body, cancellationToken);
            Print(Output.Of(parsed, terminal), resource);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand List(Terminal terminal)
    {
        var command = new CliCommand("list", "List every resource.", "watchword resource list --output json");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, "resources", null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            output.List(
                answer,
                "resources",
                "There are no resources yet; create one with `watchword resource create`.",
                ["RESOURCE", "SCOPES", "LIFETIME", "ALGORITHM", "ENCRYPTION"],
                resource =>
                [
                    resource.Text("resource"), resource.Texts("scopes"), resource.Duration("token_lifetime"), resource.Text("algorithm"),
                    ResourceEncryptionCommands.Word(resource),
                ]);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Show(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var command = new CliCommand("show", "Show one resource.", "watchword resource show https://billing") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var path = "resources" + AdminClient.Query(("resource", parsed.GetRequiredValue(id)));
            var resource = await admin.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            Print(Output.Of(parsed, terminal), resource);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Delete(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var command = new CliCommand(
            "delete",
            "Delete a resource and every grant for it. Tokens already issued are good until they expire.",
            "watchword resource delete https://billing")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var resource = parsed.GetRequiredValue(id);
            await admin.SendAsync(HttpMethod.Delete, "resources" + AdminClient.Query(("resource", resource)), null, cancellationToken);
            Output.Of(parsed, terminal).Done($"Deleted resource {resource}.", writer =>
            {
                writer.WriteString("resource", resource);
                writer.WriteBoolean("deleted", true);
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement resource)
    {
        if (output.IsJson)
        {
            output.Json(resource);
            return;
        }

        output.Fields(
        [
            ("resource", resource.Text("resource")),
            ("scopes", resource.Texts("scopes")),
            ("token lifetime", resource.Duration("token_lifetime")),
            ("algorithm", resource.Text("algorithm")),
            .. ResourceEncryptionCommands.Fields(resource),
            ("created", resource.Text("created")),
            ("shared secret", resource.Text("shared_secret")),
        ]);
        ResourceEncryptionCommands.Warn(output, resource);
        if (resource.Text("shared_secret").Length > 0)
            output.Note("The shared secret is shown this once: put it where only this resource can read it.");
    }
}
