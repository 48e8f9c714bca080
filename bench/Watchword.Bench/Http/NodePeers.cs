// The JavaScript peers as servers, where node is present.
namespace Watchword.Bench.Http;

internal static class NodePeers
{
    public const string Bare = "node bare";
    public const string FastJwt = "node fast-jwt";
    public const string Jose = "node jose";

    public static ServedProcess Start(string kind, string algorithm, string issuer, string keyFile) =>
        ServedProcess.Start("node", NodePackages.Script("server.mjs"), kind["node ".Length..], algorithm, issuer, keyFile);
}
