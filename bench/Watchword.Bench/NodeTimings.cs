// node's jose and fast-jwt, in a process of their own that times itself, round by round in turn with the others (bench/node/peers.mjs).
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Watchword.Bench;

internal sealed class NodeTimings : IDisposable
{
    private readonly Process _node;

    private NodeTimings(Process node) => _node = node;

    /// <summary>Starts node; null where it is not there.</summary>
    public static NodeTimings? Start() => !NodePackages.ArePresent() ? null
        : new NodeTimings(Process.Start(new ProcessStartInfo("node", [NodePackages.Script("peers.mjs")]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);

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

    /// <summary>The two packages at one kind of work: verify, or sign.</summary>
    public IEnumerable<Contender> Contenders(string kind) => NodePackages.Names.Select(package => Contender($"{package} (node)", $"{package} {kind}"));

    /// <summary>fast-jwt with a token that its cache knows.</summary>
    public Contender Repeated(string name) => Contender(name, "fast-jwt repeated");

    public void Dispose()
    {
        _node.Kill();
        _node.Dispose();
    }

    private Contender Contender(string name, string run) => new(name, null, count => Ask(new JsonObject { ["run"] = run, ["count"] = count }));

    private double Ask(JsonObject task)
    {
        _node.StandardInput.WriteLine(task.ToJsonString());
        _node.StandardInput.Flush();
        var answer = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("node ended: a good token was refused, or its packages are not whole.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }
}
