// A shared secret is replaced while callers call: a real issuer, a real target that reads its file again, and no request refused.
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

public sealed class SharedSecretSwapTests : IAsyncLifetime
{
    private const string Legacy = "https://legacy";
    private const string Path = "resources/secrets";
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private readonly TempFolder _temp = new();

    // Both tell the same time. That of the target says when to look again; that of the issuer says no more, so that no request is late by it.
    private readonly JumpingClock _issuerClock = new();
    private readonly FakeTimeProvider _targetClock;
    private IssuerServer _issuer = null!;
    private TestClient _client = null!;
    private TargetApp _target = null!;
    private string _secret = null!;

    public SharedSecretSwapTests() => _targetClock = new FakeTimeProvider(_issuerClock.GetUtcNow());

    private static string Query => "?resource=" + Uri.EscapeDataString(Legacy);

    private string SecretFile => System.IO.Path.Combine(_temp.Path, "secrets");

    public async ValueTask InitializeAsync()
    {
        _issuer = await IssuerServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(_issuerClock));
        _secret = (await _issuer.AddResourceAsync(Legacy, more: ",\"algorithm\":\"HS256\"")).GetProperty("shared_secret").GetString()!;
        _client = await _issuer.AddClientAsync(resource: Legacy);
        WriteSecrets(_secret);
        _target = await TargetApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Authentication:Schemes:Watchword:Issuer"] = IssuerServer.Name,
                ["Authentication:Schemes:Watchword:Audience"] = Legacy,
                ["Authentication:Schemes:Watchword:SharedSecretFile"] = SecretFile,
            },
            services => services.AddAuthentication().AddWatchword(options => options.TimeProvider = _targetClock));
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _issuer.DisposeAsync();
        _temp.Dispose();
    }

    [Fact]
    public async Task No_request_is_refused_while_it_is_replaced()
    {
        var rounds = new int[4];
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, rounds.Length).Select(caller => CallAsync(rounds, caller, stop.Token)).ToArray();
        await RoundAsync(rounds);
        var former = (await AskAsync()).Token;

        var second = (await _issuer.AdminAsync(HttpMethod.Post, Path + Query)).GetProperty("shared_secret").GetString()!;
        await RoundAsync(rounds);
        GiveTarget(_secret, second);
        await RoundAsync(rounds);
        var activated = await _issuer.AdminAsync(HttpMethod.Post, Path + "/activate" + Query);
        await RoundAsync(rounds);
        await AcceptedAsync(former);

        // Whoever holds a token by the former secret has asked again meanwhile, as the life of a token would see to.
        GiveTarget(second);
        await RoundAsync(rounds);
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal(second.Split('_')[1], activated.GetProperty("kid").GetString());
        Assert.Equal(_secret.Split('_')[1], activated.GetProperty("retired_kid").GetString());
        Assert.Equal(second.Split('_')[1], (await AskAsync()).Header().GetProperty("kid").GetString());
        using var refused = await _target.GetAsync("/", former);
        Assert.Contains(RejectionCode.UnknownKey, refused.Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_secret_signs_nothing_from_then_on_and_the_target_must_be_told()
    {
        var former = (await AskAsync()).Token;
        var kid = _secret.Split('_')[1];
        using (var refused = await _issuer.AdminSendAsync(HttpMethod.Delete, $"{Path}{Query}&kid={kid}"))
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var second = (await _issuer.AdminAsync(HttpMethod.Post, Path + Query)).GetProperty("shared_secret").GetString()!;
        GiveTarget(_secret, second);
        var revoked = await _issuer.AdminAsync(HttpMethod.Delete, $"{Path}{Query}&kid={kid}");
        Assert.Equal(second.Split('_')[1], revoked.GetProperty("active_kid").GetString());
        Assert.Equal(second.Split('_')[1], (await AskAsync()).Header().GetProperty("kid").GetString());

        await AcceptedAsync(former);
        GiveTarget(second);
        using var answer = await _target.GetAsync("/", former);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await AcceptedAsync((await AskAsync()).Token);
    }

    [Fact]
    public async Task A_secret_is_answered_once_and_never_again()
    {
        var second = (await _issuer.AdminAsync(HttpMethod.Post, Path + Query)).GetProperty("shared_secret").GetString()!;
        var list = (await _issuer.AdminAsync(HttpMethod.Get, Path + Query)).GetRawText();
        var activated = (await _issuer.AdminAsync(HttpMethod.Post, Path + "/activate" + Query)).GetRawText();
        foreach (var secret in new[] { _secret, second })
        {
            Assert.Contains(secret.Split('_')[1], list, StringComparison.Ordinal);
            foreach (var text in new[] { list, activated, _issuer.Log.Text })
                Assert.DoesNotContain(secret.Split('_')[2], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_warm_caller_costs_no_query_after_an_activation_either()
    {
        await _issuer.AdminAsync(HttpMethod.Post, Path + Query);
        await _issuer.AdminAsync(HttpMethod.Post, Path + "/activate" + Query);
        await AskAsync();
        await _issuer.LoseDatabaseAsync();
        Assert.Equal(200, (await AskAsync()).Status);
    }

    private async Task CallAsync(int[] rounds, int caller, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await AcceptedAsync((await AskAsync()).Token);
            Interlocked.Increment(ref rounds[caller]);
        }
    }

    // Until every caller has made a whole call that began after now.
    private static async Task RoundAsync(int[] rounds)
    {
        var until = rounds.Select(count => count + 2).ToArray();
        await FetchingTarget.UntilAsync(() => rounds.Index().All(each => Volatile.Read(ref rounds[each.Index]) >= until[each.Index]));
    }

    private Task<TokenReply> AskAsync() => _issuer.AskAsync(_client);

    private async Task AcceptedAsync(string token)
    {
        using var answer = await _target.GetAsync("/", token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, string.Join(' ', answer.Challenges()));
    }

    private void GiveTarget(params string[] secrets)
    {
        WriteSecrets(secrets);
        _targetClock.Advance(LookAgain);
        _issuerClock.Off += LookAgain;
    }

    private void WriteSecrets(params string[] secrets)
    {
        File.WriteAllText(SecretFile, string.Join('\n', secrets));
        File.SetUnixFileMode(SecretFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
