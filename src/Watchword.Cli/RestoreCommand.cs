// `watchword restore`: puts a backup into a data folder that no issuer is serving. It works on files, not over the admin API.
using System.CommandLine;
using Watchword.Issuer.Backups;

namespace Watchword.Cli;

/// <summary>Restores a backup.</summary>
internal static class RestoreCommand
{
    public static Command Build(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "The file that `watchword backup` wrote." };
        var masterKey = CommonOptions.Text(
            "--master-key-file", "FILE", "The master key that belongs to the backup, to be copied into the data folder. Not needed where it is already.");
        var force = new Option<bool>("--force") { Description = "Move a database that is already there aside, instead of refusing." };
        var command = new CliCommand(
            "restore",
            "Put a backup into a data folder. Stop the issuer first. The backup is checked with the master key before anything changes: "
            + "the one that --master-key-file names, or WATCHWORD_MASTER_KEY_FILE, or the one in the data folder.",
            "watchword restore /var/backups/watchword-2027-01-31.backup --master-key-file /media/key/master.key")
        {
            file, masterKey, force, CommonOptions.Data(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new RestoreRequest
            {
                BackupFile = Path.GetFullPath(parsed.GetRequiredValue(file)),
                DataFolder = CommonOptions.DataOf(parsed),
                MasterKeyFile = parsed.GetValue(masterKey),
                ExternalMasterKeyFile = ServeCommand.MasterKeyFileOfEnvironment(),
                Force = parsed.GetValue(force),
            };
            var result = await terminal.WaitAsync(Restore.RunAsync(request, cancellationToken), "Restoring...");
            var sentence = result.MovedAside is null
                ? $"Restored into {result.DataFolder}."
                : $"Restored into {result.DataFolder}; what was there is now in {result.MovedAside}.";
            Output.Of(parsed, terminal).Done(sentence, writer =>
            {
                writer.WriteString("data_folder", result.DataFolder);
                writer.WriteOptional("moved_aside", result.MovedAside);
            });
            return ExitCode.Done;
        });
        return command;
    }
}
