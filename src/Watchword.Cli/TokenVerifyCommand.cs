// `watchword token verify`: the same gate that a service has, at a prompt.
using System.CommandLine;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Verifies one token and shows its claims, or why it was refused.</summary>
internal static class TokenVerifyCommand
{
    private const int LongestSecretFile = 4 * 1024;

    public static Command Build(Terminal terminal)
    {
        var issuer = TokenOptions.Issuer();
        var audience = new Option<string?>("--audience")
        {
            Description = "Who the token must be for: the resource's identifier. Required but for --batch.",
            HelpName = "RESOURCE",
        };
        var secretFile = CommonOptions.Text(
            "--shared-secret-file", "FILE", "For a resource with HS256: the file with its shared secret, or with two of them, one a line.");
        var caFile = TokenOptions.CaFile();
        var batch = new Option<bool>("--batch")
        {
            Description = "Read many tokens, one JSON object a line with its own keys and rules, and answer each on a line. Goes with no other option.",
        };
        var command = new CliCommand(
            "verify",
            "Read a token from standard input and verify it as a service would: print its claims, or why it is refused and exit 1.",
            "watchword token verify --audience https://billing < orders.token",
            "watchword token verify --issuer https://auth.example --audience https://billing --output json < orders.token",
            "watchword token verify --batch < vectors.jsonl > answers.jsonl")
        {
            issuer, audience, secretFile, caFile, batch,
        };
        command.Validators.Add(result =>
        {
            var isBatch = result.GetValue(batch);
            if (!isBatch && result.GetResult(audience) is null)
                result.AddError("Option '--audience' is required.");
            foreach (var other in new Option[] { issuer, audience, secretFile, caFile })
            {
                if (isBatch && result.GetResult(other) is { Implicit: false })
                    result.AddError($"{other.Name} does not go with --batch: each line brings its own keys and options.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(batch))
                return RunBatch(terminal);

            TokenOptions.ParseIssuer(parsed.GetRequiredValue(issuer));
            var rules = Rules(parsed.GetRequiredValue(issuer), parsed.GetRequiredValue(audience)!);
            var token = SmallInput.OfStandardInput(terminal, "token", TokenOptions.LongestToken);
            var verdict = parsed.GetValue(secretFile) is { } file
                ? await new TokenGate([new TrustedIssuer(rules, ReadSecrets(file))], terminal.Clock).VerifyAsync(token, cancellationToken)
                : await terminal.WaitAsync(
                    VerifyByPublishedKeysAsync(token, rules, parsed.GetValue(caFile), terminal.Clock, cancellationToken),
                    $"Waiting for the keys of {rules.Issuer}...");
            var output = Output.Of(parsed, terminal);
            if (!verdict.IsAccepted)
                return output.Refused(verdict.Rejection);

            output.Json(JsonElement.Parse(verdict.Token.Claims.Span, JsonFields.Strict));
            return ExitCode.Done;
        });
        return command;
    }

    private static int RunBatch(Terminal terminal)
    {
        if (terminal.InputIsTyped)
            terminal.Error.WriteLine("Type one JSON object a line; end with Ctrl+D.");
        using var input = terminal.OpenInput();
        using var batch = new TokenBatch(terminal);
        batch.Run(input);
        return ExitCode.Done;
    }

    private static JwtRules Rules(string issuer, string audience)
    {
        try
        {
            return new JwtRules { Issuer = issuer, Audience = audience };
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }

    private static KeySet ReadSecrets(string file)
    {
        var lines = SmallInput.OfFile(file, "--shared-secret-file", LongestSecretFile).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length is 0 or > 2)
        {
            throw CommandFault.Misuse($"--shared-secret-file {Path.GetFullPath(file)} must hold one shared secret, or two, one a line.");
        }

        return new KeySet(lines.Select(line => SharedSecret.TryParse(line, out var secret, out var fault)
            ? secret.ToVerificationKey()
            : throw CommandFault.Misuse($"--shared-secret-file {Path.GetFullPath(file)}: {fault}")));
    }

    private static async Task<Verdict> VerifyByPublishedKeysAsync(
        string token, JwtRules rules, string? caFile, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var fetcher = Fetcher(caFile, clock);
        using var keys = new RemoteKeySet(rules.Issuer, fetcher, new RemoteKeySetOptions(), clock);
        var verdict = await new TokenGate([new TrustedIssuer(rules, keys)], clock).VerifyAsync(token, cancellationToken);
        if (verdict.IsAccepted || keys.Current.Keys.Count > 0 || (keys.Fault is null && verdict.Rejection.Code != RejectionCode.UnknownKey))
            return verdict;
        throw CommandFault.Unreachable(keys.Fault ?? $"The keys of {rules.Issuer} did not come in time.");
    }

    private static DocumentFetcher Fetcher(string? caFile, TimeProvider clock)
    {
        try
        {
            return new DocumentFetcher(new FetcherOptions { CaFile = caFile }, clock);
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }
}
