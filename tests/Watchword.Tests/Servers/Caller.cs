// A client that may call something: registered, granted and holding its API key, all by the tool as an operator would.
using System.Diagnostics;
using System.Text.Json;

namespace Watchword.Tests.Servers;

internal sealed record Caller(string ClientId, string ApiKey, string KeyFile, string Resource);

internal static class CallerExtensions
{
    public const string Billing = "https://billing";
    private const int Unreachable = 3;
    private static readonly string[] TooSlow = ["did not answer", " in time"];

    /// <summary>Registers a resource and a client that is granted its one scope.</summary>
    public static async Task<Caller> AddCallerAsync(this WatchwordServer server, string client = "orders", params string[] resourceOptions)
    {
        await server.JsonAsync(["resource", "create", Billing, "--scope", "invoices:read", .. resourceOptions]);
        var created = await server.JsonAsync("client", "create", client);
        await server.JsonAsync("grant", "add", client, Billing, "--scope", "invoices:read");
        var key = created.GetProperty("api_key").GetString()!;
        return new Caller(client, key, server.Write(client + ".key", key + "\n"), Billing);
    }

    /// <summary>A token for the caller's resource, asked for by the tool; again for 60 s where the issuer is too slow for it.</summary>
    public static async Task<string> RequestTokenAsync(this WatchwordServer server, Caller caller)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var finished = await server.RunCliAsync(
                "token", "request", "--issuer", server.Url, "--client", caller.ClientId, "--api-key-file", caller.KeyFile, "--resource", caller.Resource,
                "--output", "json");
            if (finished.ExitCode == Unreachable && watch.Elapsed < TimeSpan.FromSeconds(60))
                continue;
            Assert.True(finished.ExitCode == 0, finished.ToString());
            return JsonElement.Parse(finished.Output).GetProperty("access_token").GetString()!;
        }
    }

    /// <summary>Runs `token verify` on a token; once more where the issuer was too slow for it.</summary>
    public static async Task<Finished> VerifyTokenAsync(this WatchwordServer server, string token, string audience = Billing, string? issuer = null)
    {
        var first = await RunAsync();
        return first.ExitCode == Unreachable && TooSlow.Any(words => first.Errors.Contains(words, StringComparison.Ordinal)) ? await RunAsync() : first;

        Task<Finished> RunAsync() => WatchwordTool.RunAsync(
            ["token", "verify", "--issuer", issuer ?? server.Url, "--audience", audience, "--output", "json"], server.Variables, token + "\n");
    }
}
