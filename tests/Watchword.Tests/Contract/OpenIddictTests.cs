// An issuer that is not ours: OpenIddict, as its documentation sets it up without a store. Its issuer ends with a slash, and that counts.
using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Watchword.AspNetCore;
using Watchword.Tests.AspNetCore;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Contract;

public sealed class OpenIddictTests
{
    private const string Billing = "https://billing";

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task A_target_verifies_its_tokens(string algorithm)
    {
        await using var issuer = await StartIssuerAsync(algorithm);
        await using var target = await StartTargetAsync(issuer.Urls.First() + "/");
        using var answer = await target.GetAsync("/invoices", await RequestAsync(issuer, Billing));
        Assert.Equal((HttpStatusCode.OK, "orders"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Its_tokens_for_another_are_refused()
    {
        await using var issuer = await StartIssuerAsync("ES256");
        await using var target = await StartTargetAsync(issuer.Urls.First() + "/");
        using var answer = await target.GetAsync("/invoices", await RequestAsync(issuer, "https://shipping"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains($"{RejectionCode.WrongAudience}:", answer.Challenge(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_slash_it_is_another_issuer()
    {
        await using var issuer = await StartIssuerAsync("ES256");
        await using var target = await StartTargetAsync(issuer.Urls.First());
        using var answer = await target.GetAsync("/invoices", await RequestAsync(issuer, Billing));
        Assert.Contains($"{RejectionCode.UnknownIssuer}:", answer.Challenge(), StringComparison.Ordinal);
    }

    private static Task<TargetApp> StartTargetAsync(string issuer) => TargetApp.StartAsync(new Dictionary<string, string?>
    {
        ["Authentication:Schemes:Watchword:Audience"] = Billing,
        ["Authentication:Schemes:Watchword:Issuers:0:Issuer"] = issuer,
        ["Authentication:Schemes:Watchword:Issuers:0:Subjects:0"] = "orders",
        ["Authentication:Schemes:Watchword:Issuers:0:Scopes:0"] = "invoices:read",
    }, services => services.AddAuthentication().AddWatchword(options => options.TimeProvider = new PatientClock(pace: 0.05)),
        app => app.MapGet("/invoices", context => context.Response.WriteAsync(context.User.Identity!.Name!)).RequireScope("invoices:read"));

    private static async Task<string> RequestAsync(WebApplication issuer, string resource)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = "orders",
            ["client_secret"] = "secret",
            ["scope"] = "invoices:read",
            ["target"] = resource,
        });
        using var answer = await http.PostAsync($"{issuer.Urls.First()}/connect/token", form);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("access_token").GetString()!;
    }

    private static async Task<WebApplication> StartIssuerAsync(string algorithm)
    {
        var url = $"http://127.0.0.1:{FreePort.Next()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.SetIssuer(new Uri(url)).SetTokenEndpointUris("/connect/token").AllowClientCredentialsFlow().EnableDegradedMode();
            server.RegisterScopes("invoices:read").AddEphemeralSigningKey(algorithm).AddEphemeralEncryptionKey().DisableAccessTokenEncryption();
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(events => events.UseInlineHandler(request =>
            {
                if (request is not { ClientId: "orders", ClientSecret: "secret" })
                    request.Reject(OpenIddictConstants.Errors.InvalidClient);
                return default;
            }));
            server.AddEventHandler<OpenIddictServerEvents.HandleTokenRequestContext>(events => events.UseInlineHandler(request =>
            {
                var client = new ClaimsIdentity("OpenIddict");
                client.SetClaim(OpenIddictConstants.Claims.Subject, request.ClientId);
                client.SetScopes(request.Request.GetScopes()).SetResources((string?)request.Request.GetParameter("target") ?? "");
                request.SignIn(new ClaimsPrincipal(client));
                return default;
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        await app.StartAsync();
        return app;
    }
}
