// `watchword token request`: one token by the client credentials grant (RFC 6749 section 4.4, RFC 8707).
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Asks an issuer for a token and prints it.</summary>
internal static class TokenRequestCommand
{
    private const string Variable = "WATCHWORD_API_KEY";
    private const int LongestKey = 4 * 1024;

    public static Command Build(Terminal terminal)
    {
        var issuer = TokenOptions.Issuer();
        var client = new Option<string>("--client") { Description = "The client that asks.", HelpName = "CLIENT", Required = true };
        var keyFile = CommonOptions.Text("--api-key-file", "FILE", $"The file that holds the client's API key. Without it, the key is taken from {Variable}.");
        var keyFromInput = new Option<bool>("--api-key-stdin") { Description = "Read the API key from standard input." };
        var resource = CommonOptions.Text("--resource", "RESOURCE", "The resource the token is for; may be left out if the client is granted only one.");
        var scopes = CommonOptions.Scope("Ask for this scope only; repeat it for more. Without it, everything granted for the resource.");
        var caFile = TokenOptions.CaFile();
        var command = new CliCommand(
            "request",
            "Ask the issuer for a token and print it, alone on its line. With --output json, print the issuer's whole answer. "
            + "An API key is never an argument, because other users can see those.",
            "watchword token request --client orders --api-key-file orders.key --resource https://billing --scope invoices:read",
            "curl -H \"Authorization: Bearer $(watchword token request --client orders --api-key-file orders.key --resource https://billing)\" https://billing/invoices")
        {
            issuer, client, keyFile, keyFromInput, resource, scopes, caFile,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
            if (parsed.GetValue(resource) is { } target)
                form["resource"] = target;

            if (CommonOptions.Split(parsed.GetValue(scopes)).ToArray() is { Length: > 0 } asked)
                form["scope"] = string.Join(' ', asked);

            var url = TokenOptions.ParseIssuer(parsed.GetRequiredValue(issuer));
            var apiKey = ReadKey(terminal, parsed.GetValue(keyFile), parsed.GetValue(keyFromInput));
            using var endpoint = new TokenEndpoint(url, parsed.GetValue(caFile));
            var answer = await terminal.WaitAsync(
                endpoint.RequestAsync(parsed.GetRequiredValue(client), apiKey, form, cancellationToken), $"Waiting for {url.OriginalString}...");
            Print(Output.Of(parsed, terminal), answer, url);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement answer, Uri issuer)
    {
        if (answer.Text("access_token") is not { Length: > 0 } token)
        {
            throw CommandFault.Unreachable($"{issuer.OriginalString} answered without a token; check that it is an issuer.");
        }

        if (output.IsJson)
            output.Json(answer);
        else
            output.Line(token);
    }

    private static string ReadKey(Terminal terminal, string? file, bool fromInput)
    {
        if (file is not null && fromInput)
            throw CommandFault.Misuse("Give the API key in one way: --api-key-file or --api-key-stdin.");

        var key = file is not null ? SmallInput.OfFile(file, "--api-key-file", LongestKey).Trim()
            : fromInput ? SmallInput.OfStandardInput(terminal, "API key", LongestKey)
            : Environment.GetEnvironmentVariable(Variable)?.Trim();
        return key is { Length: > 0 }
            ? key
            : throw CommandFault.Misuse(file is not null
                ? $"--api-key-file {Path.GetFullPath(file)} is empty; put the API key there."
                : $"There is no API key; give it with --api-key-file, with --api-key-stdin, or in {Variable}.");
    }
}
