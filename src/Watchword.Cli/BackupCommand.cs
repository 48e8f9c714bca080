// `watchword backup`: one file with the database and the wrapped keys, written by the issuer while it runs.
using System.CommandLine;
using Watchword.Issuer.Storage;

namespace Watchword.Cli;

/// <summary>Asks the running issuer for a backup.</summary>
internal static class BackupCommand
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    public static Command Build(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The file to write; it must not exist yet." };
        var command = new CliCommand(
            "backup",
            "Write everything the issuer knows into one file, while it runs: clients, grants and keys, the keys encrypted. "
            + "The master key is not in it; keep that apart.",
            "watchword backup /var/backups/watchword-2027-01-31.backup")
        {
            file, CommonOptions.Data(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal, Longest);
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            var answer = await admin.SendAsync(
                HttpMethod.Post, "backup", JsonFields.Body(writer => writer.WriteString("file", path)), cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
            {
                output.Json(answer);
                return ExitCode.Done;
            }

            output.Line($"Wrote {answer.Text("file")} ({answer.Text("bytes")} bytes).");
            using var folder = DataFolder.At(CommonOptions.DataOf(parsed));
            output.Note(File.Exists(folder.MasterKeyPath)
                ? $"It can be restored only with the master key: keep a copy of {folder.MasterKeyPath} somewhere else than the backup."
                : "It can be restored only with the master key: keep a copy of the file that WATCHWORD_MASTER_KEY_FILE names somewhere else than the backup.");
            return ExitCode.Done;
        });
        return command;
    }
}
