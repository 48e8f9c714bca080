// node and the packages that bench/node pins, installed by npm on the first run.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Watchword.Bench;

internal static class NodePackages
{
    /// <summary>The packages that are measured.</summary>
    public static readonly IReadOnlyList<string> Names = ["jose", "fast-jwt"];

    private static readonly string Folder = Path.GetFullPath(Path.Combine(Here(), "../node"));
    private static readonly string Modules = Path.Combine(Folder, "node_modules");

    /// <summary>Whether they can be measured here; installs them if need be.</summary>
    public static bool ArePresent() => Output("node", "--version") is not null
        && (Directory.Exists(Modules) || Output("npm", "install", "--prefix", Folder, "--no-package-lock", "--no-audit", "--no-fund") is not null);

    /// <summary>The path of one of our own scripts.</summary>
    public static string Script(string name) => Path.Combine(Folder, name);

    /// <summary>The versions of node and of the packages as they are installed, to be written beside the figures; empty where they are not there.</summary>
    public static string Versions() => !ArePresent() ? "" : $", node {Output("node", "--version")!.Trim()}{string.Concat(Names.Select(Version))}";

    private static string Version(string name) => $", {name} {JsonNode.Parse(File.ReadAllText(Path.Combine(Modules, name, "package.json")))!["version"]}";

    private static string? Output(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
