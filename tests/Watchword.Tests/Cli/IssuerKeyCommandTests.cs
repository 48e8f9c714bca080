// `watchword key list|rotate|revoke` against a real issuer.
using System.Text.Json;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class IssuerKeyCommandTests
{
    [Fact]
    public async Task Keys_are_listed_for_people_and_for_programs()
    {
        await using var server = await WatchwordServer.StartAsync();
        var listed = await server.JsonAsync("key", "list");
        Assert.Equal(JsonValueKind.Array, listed.ValueKind);
        Assert.Equal(["standby", "active"], listed.EnumerateArray().Select(key => Text(key, "state")));
        Assert.All(listed.EnumerateArray(), key => Assert.Subset(
            key.EnumerateObject().Select(member => member.Name).ToHashSet(),
            new HashSet<string> { "kid", "algorithm", "state", "created", "activates", "retires", "targets_holding" }));
        var table = await server.RunCliAsync("key", "list");
        Assert.Matches(@"^KEY +ALGORITHM +STATE +CREATED +ACTIVATES +RETIRES +TARGETS +NOTE\n", table.Output);
        Assert.All(listed.EnumerateArray(), key => Assert.Contains(Text(key, "kid"), table.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rotation_is_planned_refused_and_insisted_on()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var standby = Text((await server.JsonAsync("key", "list"))[0], "kid");

        var plan = await server.RunCliAsync("key", "rotate", "--plan");
        Assert.Equal(Sentences.Done, plan.ExitCode);
        Assert.Contains($"ES256: {standby} takes over from", plan.Output, StringComparison.Ordinal);
        (await server.RunCliAsync("key", "rotate")).OneSentence(Sentences.Refused, "With --now the new key signs at once");
        (await server.RunCliAsync("key", "rotate", "--algorithm", "RS256")).OneSentence(Sentences.Refused, "watchword key list");
        (await server.RunCliAsync("key", "rotate", "--now", "--plan")).OneSentence(Sentences.Misuse, "give one of them");
        Assert.Equal(2, (await server.JsonAsync("key", "list")).GetArrayLength());

        var done = await server.RunCliAsync("key", "rotate", "--now");
        Assert.Equal(Sentences.Done, done.ExitCode);
        Assert.Contains($"ES256: {standby} signs now", done.Output, StringComparison.Ordinal);
        var token = await server.RequestTokenAsync(caller);
        Assert.Equal(0, (await server.VerifyTokenAsync(token)).ExitCode);
        Assert.Contains(standby, (await server.RunCliAsync("key", "list")).Output, StringComparison.Ordinal);
        await server.Process!.WaitForLineAsync(line => line.Contains("standby -> active, by operator: key rotate --now", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tokens_of_a_revoked_key_are_refused_and_new_ones_pass_also_after_a_restart()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var active = Text((await server.JsonAsync("key", "list"))[1], "kid");
        var old = await server.RequestTokenAsync(caller);
        Assert.Equal(Sentences.Misuse, (await server.RunCliAsync("key", "revoke", active)).ExitCode);
        // The last two as a kid may begin: with what would otherwise be short options in a row.
        foreach (var unknown in new[] { "nobody", "-abcdef", "-hXyz", "-oXyz" })
            (await server.RunCliAsync("key", "revoke", unknown, "--reason", "x")).OneSentence(Sentences.Refused, "no signing key");
        var revoked = await server.RunCliAsync("key", "revoke", active, "--reason", "disk stolen");
        Assert.Equal(Sentences.Done, revoked.ExitCode);
        Assert.Contains("Targets refuse it within 10 minutes", revoked.Output, StringComparison.Ordinal);
        (await server.RunCliAsync("key", "revoke", active, "--reason", "again")).OneSentence(Sentences.Refused, "revoked already");

        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.Equal(Sentences.Refused, (await server.VerifyTokenAsync(old)).ExitCode);
        Assert.Equal(Sentences.Done, (await server.VerifyTokenAsync(await server.RequestTokenAsync(caller))).ExitCode);
        Assert.Contains("disk stolen", (await server.RunCliAsync("key", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Three_rotations_in_a_row_keep_every_token_good()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        var tokens = new List<string> { await server.RequestTokenAsync(caller) };
        for (var i = 0; i < 3; i++)
        {
            await server.JsonAsync("key", "rotate", "--now");
            tokens.Add(await server.RequestTokenAsync(caller));
        }
        foreach (var token in tokens) Assert.Equal(Sentences.Done, (await server.VerifyTokenAsync(token)).ExitCode);
        Assert.Equal(4, tokens.Select(token => token.Split('.')[0]).Distinct().Count());
        var published = KeySet.Parse(await server.Http.GetByteArrayAsync(new Uri(server.Url + "/.well-known/jwks.json")));
        Assert.Equal(5, published.Keys.Count);
    }

    [Fact]
    public async Task Times_of_rotation_are_options_of_serve()
    {
        await using var server = WatchwordServer.Prepare();
        await server.StartAgainAsync("--key-rotation", "2h", "--key-propagation", "16m");
        var active = (await server.JsonAsync("key", "list"))[1];
        Assert.Equal(TimeSpan.FromHours(2), active.GetProperty("retires").GetDateTimeOffset() - active.GetProperty("activates").GetDateTimeOffset());
        await server.StopAsync();

        await using var refused = server.Serve(server.Url, "--key-rotation", "10m");
        var ended = await refused.WaitForExitAsync();
        Assert.Equal(Sentences.Misuse, ended.ExitCode);
        Assert.Contains("KeyRotationInterval is out of range: set it from 1 hour to 366 days.", ended.Errors, StringComparison.Ordinal);
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
