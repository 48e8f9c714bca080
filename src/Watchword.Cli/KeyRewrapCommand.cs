// `watchword key rewrap`: another master key, while the issuer serves.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>Asks the running issuer to wrap its data keys by another master key.</summary>
internal static class KeyRewrapCommand
{
    public static Command Build(Terminal terminal)
    {
        var to = CommonOptions.Text(
            "--to", "FILE", "The file of the new master key: 32 random bytes in base64, open to nobody else. Without it: a new one takes the place of master.key in the data "
            + "folder, or where WATCHWORD_MASTER_KEY_FILE names files, the first of them is used.");
        var command = new CliCommand(
            "rewrap",
            "Change the master key while the issuer serves. Only the keys that it wraps are written anew; clients, targets and tokens notice nothing. "
            + "Backups made before still need the former master key.",
            "watchword key rewrap",
            "watchword key rewrap --to /etc/watchword/master-2027.key")
        {
            to, CommonOptions.Data(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var file = parsed.GetValue(to) is { } path ? Path.GetFullPath(path) : null;
            var answer = await admin.SendAsync(
                HttpMethod.Post, "master-key/rewrap", JsonFields.Body(writer => writer.WriteOptional("file", file)), cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(answer);
            else
                output.Line($"The {answer.Text("data_keys")} data keys are wrapped by {answer.Text("file")} ({answer.Text("rewrapped")} were not before).");
            if (!answer.IsTrue("configured"))
                output.Note($"The next start must be told: set WATCHWORD_MASTER_KEY_FILE to {answer.Text("file")} before the issuer is started again.");
            if (!output.IsJson)
                output.Note("Keep a copy of the new master key somewhere else than the backups, and the former one for as long as there are backups made before.");
            return ExitCode.Done;
        });
        return command;
    }
}
