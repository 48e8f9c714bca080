// An issuer whose data folder is a small disk of its own, seen by nobody else: a tmpfs in a mount namespace, gone with the process.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Faults;

internal static class SmallDisk
{
    private const string MountReadOnly = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\"";
    private const string Mount = "mkdir -p \"$0\" && mount -t tmpfs -o size=2m,mode=700 watchword \"$0\" && exec \"$@\"";

    /// <summary>Whether this user may make mount namespaces.</summary>
    public static async Task<bool> IsPossibleAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return false;
        using var folder = new TempFolder();
        return (await RunAsync("unshare", "-m", "sh", "-c", Mount, folder.File("disk"), "true")).ExitCode == 0;
    }

    /// <summary>The tool, on such a disk.</summary>
    public static RunningProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> variables)
    {
        var given = arguments.ToList();
        var folder = given[given.IndexOf("--data") + 1];
        return RunningProcess.Start("unshare", ["-m", "sh", "-c", Mount, folder, .. WatchwordTool.Command, .. given], variables);
    }

    /// <summary>Runs the tool with a folder that it, and nobody else, can only read.</summary>
    public static Task<Finished> RunReadOnlyAsync(string folder, IReadOnlyDictionary<string, string?> variables, params string[] arguments) =>
        RunningProcess.RunAsync("unshare", ["-m", "sh", "-c", MountReadOnly, folder, .. WatchwordTool.Command, .. arguments], variables);

    /// <summary>Takes all the space that is left; gives the file that holds it.</summary>
    public static string Fill(string folder)
    {
        var path = Path.Combine(folder, "filler");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            return path;
        }
    }

    private static Task<Finished> RunAsync(string program, params string[] arguments) => RunningProcess.RunAsync(program, arguments);
}
