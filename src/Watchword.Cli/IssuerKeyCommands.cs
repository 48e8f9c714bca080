// `watchword key list|rotate|revoke`: the issuer's signing keys. The issuer rotates them by itself; these look, hurry and help in need.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Lists, rotates and revokes signing keys.</summary>
internal static class IssuerKeyCommands
{
    private static readonly string[] Headings = ["KEY", "ALGORITHM", "STATE", "CREATED", "ACTIVATES", "RETIRES", "TARGETS", "NOTE"];

    public static CliCommand List(Terminal terminal)
    {
        var command = new CliCommand(
            "list",
            "List the issuer's signing keys: what each is doing, and when it signs. TARGETS is how many of the targets seen in the last 24 hours claim to hold it.",
            "watchword key list",
            "watchword key list --output json")
        {
            CommonOptions.Data(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, "keys", null, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(answer.GetProperty("keys"));
            else
                output.Table(Headings, answer.Items("keys").Select(Row));
            return ExitCode.Done;
        });
        return command;
    }

    public static CliCommand Rotate(Terminal terminal)
    {
        var algorithm = CommonOptions.Text("--algorithm", "NAME", "Rotate only the keys of this algorithm (default: of all in use).");
        var now = new Option<bool>("--now") { Description = "Also if targets do not hold the next key yet: they fetch it with the first token they meet." };
        var plan = new Option<bool>("--plan") { Description = "Change nothing; say what would happen, and when." };
        var command = new CliCommand(
            "rotate",
            "Let the next signing key take over, before its time. It is refused while targets are known not to hold that key, unless --now insists.",
            "watchword key rotate --plan",
            "watchword key rotate",
            "watchword key rotate --algorithm RS256 --now")
        {
            CommonOptions.Data(), algorithm, now, plan,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(now) && parsed.GetValue(plan))
                throw CommandFault.Misuse("--now does it and --plan does not; give one of them.");

            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer =>
            {
                writer.WriteOptional("algorithm", parsed.GetValue(algorithm));
                writer.WriteBoolean("now", parsed.GetValue(now));
                writer.WriteBoolean("plan", parsed.GetValue(plan));
            });
            var answer = await admin.SendAsync(HttpMethod.Post, "keys/rotate", body, cancellationToken);
            Print(Output.Of(parsed, terminal), answer, answer.Items("keys"));
            return ExitCode.Done;
        });
        return command;
    }

    public static CliCommand Revoke(Terminal terminal)
    {
        var key = CommonOptions.Id("KID", "The key's identifier, as `watchword key list` shows it.");
        var reason = new Option<string>("--reason") { Description = "Why, for the log and the list.", HelpName = "TEXT", Required = true };
        var command = new CliCommand(
            "revoke",
            "Withdraw a signing key at once and for good, because it may be known to others. Tokens that it signed are refused from then on, "
            + "as soon as targets have fetched the keys again: within 10 minutes.",
            "watchword key revoke vreV6lneoM_-l6roqvsP7CAjCrqTJNdLyoP70KoliO0 --reason \"disk stolen\"")
        {
            CommonOptions.Data(), key, reason,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var body = JsonFields.Body(writer => writer.WriteString("reason", parsed.GetRequiredValue(reason)));
            var path = $"keys/{Uri.EscapeDataString(parsed.GetRequiredValue(key))}/revoke";
            var answer = await admin.SendAsync(HttpMethod.Post, path, body, cancellationToken);
            Print(Output.Of(parsed, terminal), answer, [answer]);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement answer, IEnumerable<JsonElement> sentences)
    {
        if (output.IsJson)
        {
            output.Json(answer);
            return;
        }

        foreach (var sentence in sentences)
            output.Line(sentence.Text("message"));
    }

    private static string[] Row(JsonElement key) =>
    [
        key.Text("kid"),
        key.Text("algorithm"),
        key.Text("state"),
        key.Text("created"),
        Known(key.Text("activates")),
        Known(key.Text("retires")),
        $"{key.Text("targets_holding")} of {key.Text("targets_seen")}",
        key.Text("state") switch
        {
            "retired" => "published until " + key.Text("leaves"),
            "revoked" => key.Text("reason"),
            _ => "",
        },
    ];

    private static string Known(string time) => time.Length > 0 ? time : "-";
}
