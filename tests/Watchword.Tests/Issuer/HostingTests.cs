// An issuer embedded in somebody's application: it starts before the application listens, or not at all, and changes nothing else.
using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Issuer;
using Watchword.Issuer.Storage;

namespace Watchword.Tests.Issuer;

public sealed class HostingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watchword-test-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_ordinary_application_becomes_an_issuer()
    {
        await using var app = Build(options => options.Issuer = "https://app.example", IssuerServer.Patient);
        app.MapGet("/hello", () => "hello");
        app.MapWatchwordIssuer();
        await app.StartAsync();
        using var http = app.GetTestClient();

        Assert.Equal("hello", await http.GetStringAsync(new Uri("/hello", UriKind.Relative)));
        Assert.Equal("ready", await http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));
        Assert.Contains("https://app.example/oauth2/token", await http.GetStringAsync(new Uri("/.well-known/oauth-authorization-server", UriKind.Relative)));
        using var token = await http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), new FormUrlEncodedContent([new("grant_type", "x")]));
        (await TokenReply.OfAsync(token)).Refused(401, "invalid_client");
    }

    [Fact]
    public async Task Endpoints_are_open_where_everything_else_needs_a_user()
    {
        await using var app = Build(
            options => options.Issuer = "https://app.example",
            builder =>
            {
                builder.Services.AddAuthentication("Nobody").AddScheme<AuthenticationSchemeOptions, NobodyHandler>("Nobody", null);
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });
        app.MapGet("/private", () => "secret");
        app.MapWatchwordIssuer();
        await app.StartAsync();
        using var http = app.GetTestClient();

        using var refused = await http.GetAsync(new Uri("/private", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("keys", await http.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
    }

    [Fact]
    public async Task No_data_protection_and_no_authentication_come_with_it()
    {
        await using var app = Build(options => options.Issuer = "https://app.example");
        Assert.Null(app.Services.GetService<IDataProtectionProvider>());
        Assert.Null(app.Services.GetService<IAuthenticationService>());
    }

    [Fact]
    public async Task All_faults_of_the_settings_are_told_at_once()
    {
        await using var app = Build(options =>
        {
            options.Issuer = "http://app.example/?x";
            options.DataFolder = " ";
            options.MasterKeyFile = Path.Combine(_folder.FullName, "missing.key");
            options.CaFile = Path.Combine(_folder.FullName, "missing.pem");
        });
        var fault = await Assert.ThrowsAsync<IssuerStartException>(() => app.StartAsync());
        Assert.Contains("http://app.example/?x", fault.Message);
        Assert.Contains("DataFolder", fault.Message);
        Assert.Contains("missing.key", fault.Message);
        Assert.Contains("missing.pem", fault.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("issuer")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/path")]
    [InlineData("https://app.example?x=y")]
    [InlineData("https://app.example#x")]
    [InlineData("https://user@app.example")]
    [InlineData("http://app.example")]
    [InlineData("ftp://app.example")]
    public async Task An_issuer_that_is_not_one_stops_the_start_and_leaves_nothing(string? issuer)
    {
        await using var app = Build(options => options.Issuer = issuer);
        await Assert.ThrowsAsync<IssuerStartException>(() => app.StartAsync());
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Two_issuers_cannot_share_a_data_folder_and_the_first_goes_on()
    {
        await using var first = Build(options => options.Issuer = "https://app.example", IssuerServer.Patient);
        first.MapWatchwordIssuer();
        await first.StartAsync();
        await using (var second = Build(options => options.Issuer = "https://app.example"))
        {
            var fault = await Assert.ThrowsAsync<StorageException>(() => second.StartAsync());
            Assert.Contains(Data, fault.Message);
        }
        using var http = first.GetTestClient();
        Assert.Equal("ready", await http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));
        using var admin = IssuerServer.OverSocket(Path.Combine(Data, "admin.sock"));
        Assert.Contains("app.example", await admin.GetStringAsync(new Uri("status", UriKind.Relative)));
    }

    [Fact]
    public async Task A_failed_start_frees_the_folder()
    {
        var key = Path.Combine(_folder.FullName, "master.key");
        File.WriteAllText(key, "not a key");
        await using (var wrong = Build(options =>
        {
            options.Issuer = "https://app.example";
            options.MasterKeyFile = key;
        }))
        {
            await Assert.ThrowsAsync<StorageException>(() => wrong.StartAsync());
        }
        await using var right = Build(options => options.Issuer = "https://app.example");
        await right.StartAsync();
    }

    [Fact]
    public async Task An_application_that_fails_to_start_after_the_issuer_did_frees_the_folder()
    {
        await using (var app = Build(
            options => options.Issuer = "https://app.example", builder => builder.Services.AddHostedService<FailingService>()))
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());
        }
        Assert.False(File.Exists(Path.Combine(Data, "admin.sock")));
        await using var next = Build(options => options.Issuer = "https://app.example");
        await next.StartAsync();
    }

    [Fact]
    public async Task A_stale_socket_is_replaced()
    {
        await using (var first = Build(options => options.Issuer = "https://app.example")) await first.StartAsync();
        var path = Path.Combine(Data, "admin.sock");
        File.WriteAllText(path, "what a killed server left");

        await using var app = Build(options => options.Issuer = "https://app.example");
        await app.StartAsync();

        using var admin = IssuerServer.OverSocket(path);
        Assert.Contains("app.example", await admin.GetStringAsync(new Uri("status", UriKind.Relative)));
    }

    [Fact]
    public async Task Keys_and_clients_are_still_there_after_a_restart()
    {
        var keys = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var app = Build(options => options.Issuer = "https://app.example");
            app.MapWatchwordIssuer();
            await app.StartAsync();
            using var http = app.GetTestClient();
            keys.Add(await http.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
            await app.StopAsync();
        }
        Assert.Equal(Kids(keys[0]), Kids(keys[1]));
    }

    [Fact]
    public void Mapping_without_adding_is_a_mistake_with_a_sentence()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.Contains("AddWatchwordIssuer", Assert.Throws<InvalidOperationException>(() => app.MapWatchwordIssuer()).Message);
    }

    [Fact]
    public void Adding_twice_is_a_mistake_with_a_sentence()
    {
        var services = new ServiceCollection();
        services.AddWatchwordIssuer(_ => { });
        Assert.Throws<InvalidOperationException>(() => services.AddWatchwordIssuer(_ => { }));
    }

    [Fact]
    public async Task Before_the_start_and_after_the_stop_the_answer_is_503()
    {
        await using var app = Build(options => options.Issuer = "https://app.example");
        app.MapWatchwordIssuer();
        await app.StartAsync();
        using var http = app.GetTestClient();
        await app.Services.GetRequiredService<IssuerHost>().DisposeAsync();
        foreach (var path in new[] { "/oauth2/token", "/.well-known/jwks.json", "/healthz/ready" })
        {
            using var reply = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
        }
    }

    private static string Kids(string keySet) => string.Join(
        ' ',
        System.Text.Json.JsonElement.Parse(keySet).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()).Order());

    private WebApplication Build(Action<IssuerOptions> configure, Action<WebApplicationBuilder>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddWatchwordIssuer(options =>
        {
            options.DataFolder = Data;
            configure(options);
        });
        more?.Invoke(builder);
        return builder.Build();
    }

    private sealed class FailingService : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("on purpose");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class NobodyHandler(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options,
        ILoggerFactory logger,
        System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
