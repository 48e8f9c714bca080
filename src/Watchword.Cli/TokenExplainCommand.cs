// `watchword token explain`: what a target would do with a token and why, in sentences.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>Takes a token and a target's settings, and asks the target's own gate, put together here from those settings.</summary>
internal static class TokenExplainCommand
{
    public static Command Build(Terminal terminal)
    {
        var settings = new Option<string[]>("--settings")
        {
            Description = "The target's settings file, such as appsettings.json; repeat it for those that go over it, in their order. "
                + "Files that it names are looked for from here, and then beside it.",
            HelpName = "FILE",
            Required = true,
        };
        var scheme = CommonOptions.Text("--scheme", "NAME", "The scheme, where the settings have several. Without it: Watchword, or the only one.");
        var scopes = CommonOptions.Texts("--require-scope", "SCOPE", "A scope that the endpoint requires; repeat it for more.");
        var client = CommonOptions.Text("--require-client", "CLIENT", "The client that the endpoint requires.");
        var clientIssuer = CommonOptions.Text("--client-issuer", "URL", "The issuer of --require-client. Without it: the Issuer of the scheme.");
        var command = new CliCommand(
            "explain",
            "Read a token from standard input and say what a target would do with it, why, and what to change where. Goes by the target's settings and by what "
            + "issuers publish; secrets in the settings are not read, and nothing is written. If the token's issuer serves --data, or the default folder, "
            + "on this machine, what it has granted to the client is shown too. Exits with 0 if the target would accept the token, 1 if not, 2 if that cannot be told "
            + "here, and 3 if what decides it could not be fetched.",
            "watchword token explain --settings appsettings.json < orders.token",
            "watchword token explain --settings appsettings.json --require-scope invoices:read --output json < orders.token")
        {
            settings, scheme, scopes, client, clientIssuer, CommonOptions.Data(),
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(clientIssuer) is not null && result.GetResult(client) is null)
                result.AddError("--client-issuer goes with --require-client.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = TargetSettings.Read(parsed.GetRequiredValue(settings)).SchemeOf(parsed.GetValue(scheme));
            if (target.Faults.Count > 0)
                throw CommandFault.Misuse($"The target would not start with these settings: {string.Join(' ', target.Faults)}");
            var token = SmallInput.OfStandardInput(terminal, "token", TokenOptions.LongestToken);
            using var judge = new TargetJudge(target, terminal.Clock);
            var judgement = await terminal.WaitAsync(judge.JudgeAsync(token, cancellationToken), "Waiting for the keys of the token's issuer...");
            if (judgement.Caller is not null)
                judgement = await judge.RequireAsync(judgement, [.. CommonOptions.Split(parsed.GetValue(scopes))], parsed.GetValue(client), parsed.GetValue(clientIssuer));
            var grants = await KnownGrants.FindAsync(parsed, judgement.Situation, terminal, cancellationToken);
            JudgementText.Print(Output.Of(parsed, terminal), judgement, grants, terminal.Clock.GetUtcNow());
            return judgement.ExitCode;
        });
        return command;
    }
}
