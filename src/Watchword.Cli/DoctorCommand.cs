// `watchword doctor`: what will hurt, and what to do about it.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Asks the running issuer what it finds wrong with itself.</summary>
internal static class DoctorCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new CliCommand(
            "doctor",
            "Look for what will hurt: credentials that expire or are no longer used, a master key that the next start could not use, and a trust bundle that expires. "
            + "Exits with 1 if there is an error or a warning.",
            "watchword doctor",
            "watchword doctor --output json")
        {
            CommonOptions.Data(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(HttpMethod.Get, "findings", null, cancellationToken);
            var findings = answer.Items("findings").ToArray();
            Print(Output.Of(parsed, terminal), answer, findings);
            return findings.Any(finding => finding.Text("severity") is "error" or "warning") ? ExitCode.Refused : ExitCode.Done;
        });
        return command;
    }

    private static void Print(Output output, JsonElement answer, JsonElement[] findings)
    {
        if (output.IsJson)
        {
            output.Json(answer);
            return;
        }

        foreach (var finding in findings)
        {
            output.Line($"{finding.Text("severity")}: {finding.Text("subject")}: {finding.Text("message")}");
            output.Line($"  {finding.Text("mend")}");
        }

        if (findings.Length == 0)
            output.Line("Nothing was found.");
    }
}
