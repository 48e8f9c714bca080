// `watchword token inspect`: what a token says, without asking whether it is true (RFC 7519 section 4, RFC 7515 section 4).
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Watchword.Jwt;

namespace Watchword.Cli;

/// <summary>Shows the header and the claims of a token that nobody has verified.</summary>
internal static class TokenInspectCommand
{
    private const string Warning = "NOT VERIFIED: anybody can write such a token. Check it with `watchword token verify`.";
    private static readonly string[] Times = ["iat", "nbf", "exp"];

    public static Command Build(Terminal terminal)
    {
        var command = new CliCommand(
            "inspect",
            "Read a token from standard input and show what it says. Nothing is verified.",
            "watchword token inspect < orders.token");
        command.SetAction(parsed =>
        {
            var token = SmallInput.OfStandardInput(terminal, "token", TokenOptions.LongestToken);
            var output = Output.Of(parsed, terminal);
            if (!UnverifiedJwt.TryRead(token, out var jwt, out var rejection))
                return output.Refused(rejection);

            var claims = jwt.Claims is null ? (JsonElement?)null : JsonElement.Parse(jwt.Claims, JsonFields.Strict);
            Print(output, JsonElement.Parse(jwt.Header, JsonFields.Strict), claims, terminal.Clock.GetUtcNow());
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement header, JsonElement? claims, DateTimeOffset now)
    {
        if (output.IsJson)
        {
            output.Done("", writer =>
            {
                writer.WriteBoolean("verified", false);
                writer.WritePropertyName("header");
                header.WriteTo(writer);
                writer.WriteBoolean("encrypted", claims is null);
                if (claims is not { } readable)
                    return;
                writer.WritePropertyName("claims");
                readable.WriteTo(writer);
            });
            return;
        }

        output.Note(Warning);
        output.Line("header");
        output.Json(header);
        if (claims is not { } shown)
        {
            output.Line("The rest is encrypted: only the service that the token is for can read it.");
            return;
        }

        output.Line("claims");
        output.Json(shown);
        output.Fields(Times.Select(name => (name, (string?)Describe(shown, name, now))).ToArray());
    }

    /// <summary>A time claim as a date and its distance from now: empty when it is absent or not a time.</summary>
    public static string Describe(JsonElement claims, string name, DateTimeOffset now)
    {
        if (claims.ValueKind != JsonValueKind.Object || !claims.TryGetProperty(name, out var claim) || claim.ValueKind != JsonValueKind.Number
            || !claim.TryGetDouble(out var seconds) || !(seconds >= 0) || seconds > 253_402_300_799d)
        {
            return "";
        }

        var time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        var distance = time - now;
        var text = Distance(distance.Duration());
        return string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ} ({(distance < TimeSpan.Zero ? $"{text} ago" : $"in {text}")})");
    }

    private static string Distance(TimeSpan distance) => distance switch
    {
        { TotalDays: >= 1 } => $"{(int)distance.TotalDays}d {distance.Hours}h",
        { TotalHours: >= 1 } => $"{distance.Hours}h {distance.Minutes}m",
        { TotalMinutes: >= 1 } => $"{distance.Minutes}m {distance.Seconds}s",
        _ => $"{distance.Seconds}s",
    };
}
