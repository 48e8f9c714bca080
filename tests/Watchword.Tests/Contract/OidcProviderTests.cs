// An issuer that is not ours: node's oidc-provider, in a process of its own. A target of ours finds its keys and verifies its tokens.
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Watchword.AspNetCore;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.House;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Contract;

public sealed class OidcProviderTests : IAsyncLifetime
{
    private const string Billing = "https://billing";
    private const string Shipping = "https://shipping";
    private RunningProcess? _process;
    private string _url = "";

    public async ValueTask InitializeAsync()
    {
        StockJoseTests.SkipWithoutJose();
        Assert.SkipUnless(Directory.Exists(Repository.PathOf("tests/node/node_modules/oidc-provider")), "oidc-provider is not installed: npm ci --prefix tests/node");
        _process = RunningProcess.Start("node", [Repository.PathOf("tests/node/provider.mjs")]);
        _url = await _process.WaitForLineAsync(line => line.StartsWith("http://", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    [Theory]
    [InlineData(Billing)] // signed by ES256
    [InlineData(Shipping)] // by RS256
    public async Task A_target_verifies_its_tokens_as_those_of_its_own_issuer(string resource)
    {
        await using var target = await StartAsync(resource, ("Issuer", _url));
        using var answer = await target.GetAsync("/invoices", await RequestAsync(resource));
        Assert.Equal((HttpStatusCode.OK, "orders"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Its_tokens_keep_the_limits_of_its_entry()
    {
        await using var target = await StartAsync(Billing, ("Issuers:0:Issuer", _url), ("Issuers:0:Subjects:0", "orders"), ("Issuers:0:Scopes:0", "invoices:read"));
        Assert.Equal(HttpStatusCode.OK, (await target.GetAsync("/invoices", await RequestAsync(Billing))).StatusCode);
        await using var narrow = await StartAsync(Billing, ("Issuers:0:Issuer", _url), ("Issuers:0:Subjects:0", "orders"), ("Issuers:0:Scopes:0", "invoices:count"));
        await RefusesAsync(narrow, RejectionCode.ClientNotAllowed, await RequestAsync(Billing));
    }

    [Fact]
    public async Task Its_tokens_for_another_are_refused_and_so_are_those_with_another_signature()
    {
        await using var target = await StartAsync(Billing, ("Issuer", _url));
        await RefusesAsync(target, RejectionCode.WrongAudience, await RequestAsync(Shipping));
        var token = await RequestAsync(Billing);
        var other = await RequestAsync(Billing);
        await RefusesAsync(target, RejectionCode.BadSignature, $"{token[..token.LastIndexOf('.')]}{other[other.LastIndexOf('.')..]}");
    }

    private static Task<TargetApp> StartAsync(string audience, params (string Name, string Value)[] settings) => TargetApp.StartAsync(
        settings.Append(("Audience", audience)).ToDictionary(setting => $"Authentication:Schemes:Watchword:{setting.Item1}", setting => (string?)setting.Item2),
        services => services.AddAuthentication().AddWatchword(options => options.TimeProvider = new PatientClock(pace: 0.05)),
        app => app.MapGet("/invoices", context => context.Response.WriteAsync(context.User.Identity!.Name!)).RequireScope("invoices:read"));

    private static async Task RefusesAsync(TargetApp target, string code, string token)
    {
        using var answer = await target.GetAsync("/invoices", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains($"{code}:", answer.Challenge(), StringComparison.Ordinal);
    }

    private async Task<string> RequestAsync(string resource)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_url}/token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("orders:secret")));
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["resource"] = resource,
            ["scope"] = "invoices:read",
        });
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("access_token").GetString()!;
    }
}
