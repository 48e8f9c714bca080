// node's jose and fast-jwt, in a process of their own that times itself, round by round in turn with the others (bench/node/peers.mjs).
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Watchword.Bench;

internal sealed class NodePeers : IDisposable
{
    private static readonly string[] Packages = ["jose", "fast-jwt"];
    private readonly Process _node;

    private NodePeers(Process node) => _node = node;

    /// <summary>Starts node; null where it is not there. Packages that are missing are installed first.</summary>
    public static NodePeers? Start()
    {
        var folder = Folder();
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
                Run("npm", folder, "install", "--no-package-lock", "--no-audit", "--no-fund");
            return new NodePeers(Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "peers.mjs")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Gives node the key and the token that the others have.</summary>
    public void Prepare(Workload work, BareKey key) =>
        Ask(new JsonObject
        {
            ["alg"] = work.Key.Algorithm.Name,
            ["kid"] = work.Key.KeyId,
            [key.Secret.Length > 0 ? "secret" : "key"] = Convert.ToBase64String(work.Key.ExportPrivateKey()),
            ["token"] = work.Token,
            ["issuer"] = Workload.Issuer,
            ["audience"] = Workload.Audience,
            ["payload"] = JsonNode.Parse(work.PayloadText),
        });

    /// <summary>The two packages at one kind of work: verify, sign, or (fast-jwt alone) repeated.</summary>
    public IEnumerable<Contender> Contenders(string kind) => Packages.Select(package =>
        new Contender($"{package} (node)", null, count => Ask(new JsonObject { ["run"] = $"{package} {kind}", ["count"] = count })));

    /// <summary>The versions of node and of the two packages as they are installed, to be written beside the figures.</summary>
    public static string Versions()
    {
        var modules = Path.Combine(Folder(), "node_modules");
        if (!Directory.Exists(modules))
            return "";
        var packages = Packages.Select(name => $"{name} {JsonNode.Parse(File.ReadAllText(Path.Combine(modules, name, "package.json")))!["version"]}");
        return $", node {Run("node", ".", "--version").Trim()}, {string.Join(", ", packages)}";
    }

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
    }

    private double Ask(JsonObject task)
    {
        _node.StandardInput.WriteLine(task.ToJsonString());
        _node.StandardInput.Flush();
        var answer = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("node ended: a good token was refused, or its packages are not whole.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    private static string Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Watchword.slnx")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? ".", "bench", "node");
    }

    private static string Run(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} failed in {folder}.");
    }
}
