// The JavaScript peers, where node is present: what bench/node pins, installed by npm on the first run.
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Watchword.Bench.Http;

internal static class NodePeers
{
    public const string Bare = "node bare";
    public const string FastJwt = "node fast-jwt";
    public const string Jose = "node jose";
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../../node"));

    /// <summary>Whether they can be measured here; installs them if need be.</summary>
    public static bool ArePresent() =>
        Succeeds("node", "--version") && (Directory.Exists(Path.Combine(Folder, "node_modules")) || Succeeds("npm", "install", "--prefix", Folder, "--no-package-lock", "--no-audit", "--no-fund"));

    public static ServedProcess Start(string kind, string algorithm, string issuer, string keyFile) =>
        ServedProcess.Start("node", Path.Combine(Folder, "server.mjs"), kind["node ".Length..], algorithm, issuer, keyFile);

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
