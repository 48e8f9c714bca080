// `watchword resource secret`: how the secret that an HS256 resource shares with the issuer is replaced with no downtime.
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Adds, activates, lists and revokes the shared secrets of a resource.</summary>
internal static class ResourceSecretCommands
{
    private const string IdHelp = "The resource, one whose tokens are signed with HS256.";

    public static CliCommand Build(Terminal terminal) => new(
        "secret",
        "The secret that an HS256 resource shares with the issuer. To replace it with no downtime: add one, give the resource both, activate the new one, "
        + "and take the old one away when the last token signed with it has expired.",
        "watchword resource secret add https://legacy",
        "watchword resource secret activate https://legacy")
    {
        Add(terminal),
        Activate(terminal),
        List(terminal),
        Revoke(terminal),
    };

    private static CliCommand Add(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var command = new CliCommand(
            "add",
            "Make a second secret and print it, once. It signs nothing yet.",
            "watchword resource secret add https://legacy")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var resource = parsed.GetRequiredValue(id);
            using var admin = AdminClient.Of(parsed, terminal);
            var secret = await admin.SendAsync(HttpMethod.Post, PathOf("", ("resource", resource)), null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
            {
                output.Json(secret);
                return ExitCode.Done;
            }

            output.Fields(
                ("resource", resource), ("kid", secret.Text("kid")), ("state", secret.Text("state")), ("created", secret.Text("created")),
                ("shared secret", secret.Text("shared_secret")));
            output.Note($"The shared secret is shown this once. Put it beside the other, where only this resource can read them; then run: watchword resource secret activate {resource}");
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Activate(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var command = new CliCommand(
            "activate",
            "Sign with the secret that stands by from now on. Do it when every instance of the resource has it.",
            "watchword resource secret activate https://legacy")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var resource = parsed.GetRequiredValue(id);
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Post, PathOf("/activate", ("resource", resource)), null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
            {
                output.Json(answer);
                return ExitCode.Done;
            }

            output.Line($"Tokens for {resource} are signed with {answer.Text("kid")} from now on.");
            if (answer.Text("retired_kid") is { Length: > 0 } retired)
                output.Note($"Take {retired} out of the resource's settings when the last token signed with it has expired: after the life of a token and the leeway for clocks.");
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand List(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var command = new CliCommand("list", "List the secrets of a resource by their names; a secret is never shown again.", "watchword resource secret list https://legacy")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, PathOf("", ("resource", parsed.GetRequiredValue(id))), null, cancellationToken);
            Output.Of(parsed, terminal).List(
                answer,
                "secrets",
                "This resource has no shared secret.",
                ["KID", "STATE", "CREATED", "ACTIVATED", "ENDED"],
                secret => [secret.Text("kid"), secret.Text("state"), secret.Text("created"), Time(secret, "activated"), Ended(secret)]);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Revoke(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", IdHelp);
        var kid = CommonOptions.Id("KID", "The secret's name, as `watchword resource secret list` shows it.");
        var command = new CliCommand(
            "revoke",
            "Sign with a secret no more, at once and for good. If it is the one that signs, the one that stands by takes its place.",
            "watchword resource secret revoke https://legacy PHtxm2BWXgT8DnYt")
        {
            id, kid,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (resource, name) = (parsed.GetRequiredValue(id), parsed.GetRequiredValue(kid));
            if (name.Contains('_', StringComparison.Ordinal))
                throw CommandFault.Misuse("A shared secret is revoked by its name (the 16 letters and digits after wws_), never by the secret itself.");

            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Delete, PathOf("", ("resource", resource), ("kid", name)), null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
            {
                output.Json(answer);
                return ExitCode.Done;
            }

            output.Line($"Revoked {name}; tokens for {resource} are signed with {answer.Text("active_kid")}.");
            output.Note($"The resource asks nobody, and accepts tokens signed with {name} until it is taken out of its settings (SharedSecret or SharedSecretFile): do that now.");
            return ExitCode.Done;
        });
        return command;
    }

    private static string PathOf(string more, params (string Name, string? Value)[] query) => $"resources/secrets{more}{AdminClient.Query(query)}";

    private static string Ended(JsonElement secret) => Time(secret, secret.Text("revoked").Length > 0 ? "revoked" : "retired");

    private static string Time(JsonElement secret, string name) => secret.Text(name) is { Length: > 0 } time ? time : "-";
}
