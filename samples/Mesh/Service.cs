// One service, and all it takes to be its own issuer: who it is, whom it calls, whom it lets in. The rest is in its settings (Fleet).
using Watchword.AspNetCore;
using Watchword.Client;

namespace Mesh;

internal sealed class Service(Plan plan, Fleet fleet) : IAsyncDisposable
{
    private readonly WebApplication _app = Build(plan, fleet);

    public Task StartAsync() => _app.StartAsync();

    /// <summary>Makes a call of its plan, as any code of a service would.</summary>
    public async Task<HttpResponseMessage> SendAsync(Call call)
    {
        using var http = _app.Services.GetRequiredService<IHttpClientFactory>().CreateClient(call.Callee);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path);
        return await http.SendAsync(request);
    }

    /// <summary>Signs a token that claims whatever it likes; nobody can keep it from that. What it is worth is for the target to say.</summary>
    public async Task<string> ClaimAsync(string audience, string scope) =>
        (await _app.Services.GetRequiredService<SelfIssuedTokens>().GetTokenAsync(audience, scope)).Reveal();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(Plan plan, Fleet fleet)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls(fleet.UrlOf(plan.Name));
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(fleet.SettingsOf(plan.Name));

        builder.Services.AddWatchwordIdentity(); // who we are: Watchword:Identity
        foreach (var call in plan.Calls)
        {
            builder.Services.AddHttpClient(call.Callee, http => http.BaseAddress = new Uri(fleet.UrlOf(call.Callee)))
                .AddWatchwordSelfIssued(audience: fleet.UrlOf(call.Callee), scope: call.Scope);
        }
        builder.Services.AddAuthentication().AddWatchword(); // whom we trust: Authentication:Schemes:Watchword
        builder.Services.AddAuthorization();

        var app = builder.Build();
        app.MapWatchwordIdentity(); // our public keys, for everybody
        foreach (var offer in plan.Offers)
        {
            var endpoint = app.MapMethods(offer.Path, [offer.Method], (HttpContext context) => Caller.Of(context.GetVerifiedJwt()!)).RequireScope(offer.Scope);
            if (offer.OnlyFor is { } client)
                endpoint.RequireClient(fleet.UrlOf(client), issuer: fleet.UrlOf(client));
        }
        return app;
    }
}
