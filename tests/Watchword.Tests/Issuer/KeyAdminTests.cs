// The operator's side of signing keys over the admin API: what is listed, what a rotation waits for, and the emergency path.
using System.Net;
using System.Text.Json;
using Watchword.Issuer.Keys;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class KeyAdminTests : IAsyncLifetime
{
    private const string First = "first-instance-00000001";
    private readonly JumpingClock _clock = new();
    private readonly IssuerServer _server;

    public KeyAdminTests() => _server = new IssuerServer
    {
        Configure = builder => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(builder.Services, _clock),
    };

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task List_says_what_each_key_is_doing_and_when()
    {
        await RotateAsync("""{"now":true}""");
        var keys = await KeysAsync();
        Assert.Equal(["standby", "active", "retired"], keys.Select(key => Text(key, "state")));
        foreach (var key in keys)
        {
            Assert.Equal("ES256", Text(key, "algorithm"));
            Assert.Equal("2030-01-01T00:00:00Z", Text(key, "created"));
            Assert.Equal(0, key.GetProperty("targets_holding").GetInt32());
        }
        Assert.Equal("2030-01-31T00:00:00Z", Text(keys[0], "activates"));
        Assert.Equal(JsonValueKind.Null, keys[0].GetProperty("retires").ValueKind);
        Assert.Equal(("2030-01-01T00:00:00Z", "2030-01-31T00:00:00Z"), (Text(keys[1], "activates"), Text(keys[1], "retires")));
        Assert.Equal(("2030-01-01T00:00:00Z", "2030-01-02T00:06:00Z"), (Text(keys[2], "retires"), Text(keys[2], "leaves")));
    }

    [Fact]
    public async Task Rotation_is_refused_until_the_standby_has_propagated()
    {
        var before = await KeysAsync();
        var refusal = await RefusedAsync("{}");
        Assert.Contains("no target has named itself in the last 24 h; the new key was published 0 s ago and is to be known everywhere at 2030-01-02T00:00:00Z", refusal, StringComparison.Ordinal);
        Assert.Contains("With --now", refusal, StringComparison.Ordinal);
        var plan = await RotateAsync("""{"plan":true}""");
        Assert.False(plan.GetProperty("rotated").GetBoolean());
        Assert.Contains("takes over from", Text(plan.GetProperty("keys")[0], "message"), StringComparison.Ordinal);
        Assert.Equal(before.Select(key => Text(key, "kid")), (await KeysAsync()).Select(key => Text(key, "kid")));

        _clock.Advance(TimeSpan.FromHours(24));
        Assert.True((await RotateAsync("""{"plan":true}""")).GetProperty("keys")[0].GetProperty("ready").GetBoolean());
        Assert.Equal(Text(before[0], "kid"), Text((await RotateAsync("{}")).GetProperty("keys")[0], "active"));
    }

    [Fact]
    public async Task Rotation_is_refused_while_a_target_claims_not_to_hold_the_standby()
    {
        await _server.AddResourceAsync(IssuerServer.Billing);
        _clock.Advance(TimeSpan.FromHours(23.5));
        await NoteAsync(First, newestKey: 1);
        await NoteAsync("second-instance-0000001", newestKey: 2);
        _clock.Advance(TimeSpan.FromMinutes(40));
        var refusal = await RefusedAsync("{}");
        Assert.Contains("1 of 2 targets claim to hold the new key; the other was last seen 40 min ago", refusal, StringComparison.Ordinal);
        var plan = (await RotateAsync("""{"plan":true}""")).GetProperty("keys")[0];
        var without = Assert.Single(plan.GetProperty("targets_without").EnumerateArray());
        Assert.Equal((IssuerServer.Billing, First, "0.1.0"), (Text(without, "resource"), Text(without, "instance"), Text(without, "version")));
        Assert.Equal([1, 2], (await KeysAsync()).Select(key => key.GetProperty("targets_holding").GetInt32()));

        await NoteAsync(First, newestKey: 2);
        await RotateAsync("{}");
    }

    [Fact]
    public async Task Insisting_rotates_whatever_targets_claim()
    {
        await _server.AddResourceAsync(IssuerServer.Billing);
        await NoteAsync(First, newestKey: 1);
        var standby = Text((await KeysAsync())[0], "kid");
        Assert.Equal(standby, Text((await RotateAsync("""{"now":true,"algorithm":"ES256"}""")).GetProperty("keys")[0], "active"));
        var client = await _server.AddClientAsync();
        Assert.Equal(standby, (await _server.AskAsync(client)).Header().GetProperty("kid").GetString());
    }

    [Fact]
    public async Task Ten_rotations_at_once_leave_all_keys_published_that_signed()
    {
        var client = await _server.AddClientAsync();
        // Asked for before, meanwhile and afterwards.
        var kids = new List<string> { await KidAsync() };
        var rotating = Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RotateAsync("""{"now":true}""")));
        do kids.Add(await KidAsync());
        while (!rotating.IsCompleted);
        await rotating;
        kids.Add(await KidAsync());
        Assert.NotEqual(kids[0], kids[^1]);
        var published = await PublishedAsync();
        Assert.Equal(12, published.Length);
        Assert.All(kids, kid => Assert.Contains(kid, published));
        Assert.Equal(["active", "standby"], (await KeysAsync()).Select(key => Text(key, "state")).Where(state => state != "retired").Order());

        async Task<string> KidAsync() => (await _server.AskAsync(client)).Header().GetProperty("kid").GetString()!;
    }

    [Fact]
    public async Task Keys_that_must_stay_published_are_bounded_and_the_emergency_path_is_not()
    {
        for (var i = 0; i < 32; i++) await RotateAsync("""{"now":true}""");
        Assert.Contains("ES256 has 32 retired keys", await RefusedAsync("""{"now":true}"""), StringComparison.Ordinal);
        Assert.Equal(34, KeySet.Parse(await _server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative))).Keys.Count);
        await RevokeAsync(Text((await KeysAsync()).First(key => Text(key, "state") == "active"), "kid"));
    }

    [Fact]
    public async Task Every_algorithm_in_use_rotates_or_none()
    {
        await _server.AddResourceAsync("https://legacy", more: ",\"algorithm\":\"PS256\"");
        var before = await KeysAsync();
        Assert.Equal(2, (await RotateAsync("""{"now":true}""")).GetProperty("keys").GetArrayLength());
        Assert.Equal("PS256", Text(Assert.Single((await RotateAsync("""{"now":true,"algorithm":"PS256"}""")).GetProperty("keys").EnumerateArray()), "algorithm"));
        _clock.Advance(TimeSpan.FromHours(1));
        await RefusedAsync("{}");
        Assert.Equal(before.Length + 3, (await KeysAsync()).Length);
        using var unused = await _server.AdminSendAsync(HttpMethod.Post, "keys/rotate", """{"algorithm":"ES512"}""");
        Assert.Equal(HttpStatusCode.NotFound, unused.StatusCode);
    }

    [Fact]
    public async Task Revoked_key_is_gone_at_once_and_the_standby_signs()
    {
        var client = await _server.AddClientAsync();
        var (standby, active) = (await KeysAsync()) is [var next, var now, ..] ? (Text(next, "kid"), Text(now, "kid")) : default;
        var revoked = await RevokeAsync(active);
        Assert.Equal((standby, "revoked"), (Text(revoked, "active"), Text(revoked, "state")));
        Assert.Contains("Targets refuse it within 10 minutes", Text(revoked, "message"), StringComparison.Ordinal);
        Assert.Equal(standby, (await _server.AskAsync(client)).Header().GetProperty("kid").GetString());
        var published = await PublishedAsync();
        Assert.Equal(2, published.Length);
        Assert.DoesNotContain(active, published);
        var listed = (await KeysAsync()).Single(key => Text(key, "kid") == active);
        Assert.Equal(("revoked", "disk stolen", "2030-01-01T00:00:00Z"), (Text(listed, "state"), Text(listed, "reason"), Text(listed, "revoked")));
        Assert.Contains(_server.Log.Lines, line => line.Contains($"{active} (ES256): active -> revoked, by operator: disk stolen", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"reason":""}""")]
    [InlineData("""{"reason":"  "}""")]
    [InlineData("""{"reason":"a\nb"}""")]
    [InlineData("""{"reason":"caf\u00e9"}""")]
    [InlineData("""{"reason":1}""")]
    public async Task Revocation_needs_a_reason_fit_for_a_log(string body)
    {
        using var answer = await _server.AdminSendAsync(HttpMethod.Post, $"keys/{Text((await KeysAsync())[0], "kid")}/revoke", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(2, (await KeysAsync()).Length);
    }

    [Theory]
    [InlineData("POST", "keys/rotate", """{"now":"yes"}""", 400)]
    [InlineData("POST", "keys/rotate", """{"force":true}""", 400)]
    [InlineData("POST", "keys/nobody/revoke", """{"reason":"x"}""", 404)]
    [InlineData("DELETE", "keys/nobody", null, 404)]
    [InlineData("GET", "keys?all=1", null, 400)]
    public async Task Misuse_is_refused(string method, string path, string? body, int status)
    {
        using var answer = await _server.AdminSendAsync(new HttpMethod(method), path, body);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private async Task NoteAsync(string instance, long newestKey)
    {
        var holders = new HolderNotes(_server.Running.Database, _clock);
        holders.Add(new KeyHolder(IssuerServer.Billing, instance, "0.1.0"), newestKey);
        await holders.FlushAsync(default);
    }

    private Task<JsonElement> RotateAsync(string body) => _server.AdminAsync(HttpMethod.Post, "keys/rotate", body);

    private Task<JsonElement> RevokeAsync(string kid) => _server.AdminAsync(HttpMethod.Post, $"keys/{kid}/revoke", """{"reason":"disk stolen"}""");

    private async Task<string> RefusedAsync(string body)
    {
        using var answer = await _server.AdminSendAsync(HttpMethod.Post, "keys/rotate", body);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("conflict", Text(json, "error"));
        return Text(json, "error_description");
    }

    private async Task<JsonElement[]> KeysAsync() => [.. (await _server.AdminAsync(HttpMethod.Get, "keys")).GetProperty("keys").EnumerateArray()];

    private async Task<string[]> PublishedAsync() =>
        [.. KeySet.Parse(await _server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative))).Keys.Select(key => key.KeyId!)];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
