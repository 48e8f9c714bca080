// SECURITY 28: a token goes only where it was configured to go.
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Client;
using Watchword.Tests.Client;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Attacks;

public sealed class ClientOriginAttacks : IAsyncLifetime
{
    private ScriptedIssuer _issuer = null!;
    private ScriptedTarget _target = null!;
    private ScriptedTarget _elsewhere = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await ScriptedIssuer.StartAsync();
        _target = await ScriptedTarget.StartAsync();
        _elsewhere = await ScriptedTarget.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _elsewhere.DisposeAsync();
        await _target.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_request_to_another_origin_is_not_sent()
    {
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        var port = new Uri(_target.Url).Port;
        foreach (var url in new[] { _elsewhere.Url, $"http://localhost:{port}/", $"https://127.0.0.1:{port}/", $"http://127.0.0.1.evil.example:{port}/", $"http://127.0.0.1:{port}@evil.example/" })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync(new Uri(url)));
            Assert.Contains("it was not sent", refused.Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => http.Send(new HttpRequestMessage(HttpMethod.Get, url)));
        }
        Assert.Empty(_elsewhere.Calls);
        Assert.Empty(_target.Calls);
        Assert.Empty(_issuer.Requests);
    }

    [Theory]
    [InlineData(301, "GET")]
    [InlineData(302, "POST")]
    [InlineData(307, "POST")]
    [InlineData(308, "GET")]
    public async Task A_redirect_is_returned_and_not_followed(int status, string method)
    {
        _target.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = context.Request.Path == "/inside" ? _target.Url + "/next" : _elsewhere.Url;
            return Task.CompletedTask;
        };
        await using var provider = Provider(_issuer, _target);
        await using var old = Provider(_issuer.Url, client => client
            .AddWatchwordToken(Resource)
            .ConfigureHttpClient(http => http.BaseAddress = new Uri(_target.Url))
            .ConfigurePrimaryHttpMessageHandler(static () => new HttpClientHandler { AllowAutoRedirect = true }));
        foreach (var each in new[] { provider, old })
        {
            using var http = each.Billing();
            foreach (var path in new[] { "/", "/inside" })
            {
                using var response = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
                Assert.Equal(status, (int)response.StatusCode);
            }
        }
        Assert.Empty(_elsewhere.Calls);
        Assert.Equal(4, _target.Calls.Count);
    }

    [Fact]
    public async Task A_primary_handler_in_use_that_follows_redirects_is_an_error()
    {
        using var shared = new SocketsHttpHandler();
        using (var other = new HttpClient(shared, disposeHandler: false))
            await other.GetStringAsync(new Uri(_target.Url));
        using var tokens = Tokens(_issuer);
        using var http = new HttpClient(new WatchwordTokenHandler(tokens, Resource, null, new Uri(_target.Url)) { InnerHandler = shared });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync(new Uri(_target.Url)));
        Assert.Contains("AllowAutoRedirect = false", refused.Message, StringComparison.Ordinal);
        Assert.Single(_target.Calls);
    }

    [Fact]
    public async Task An_authorization_header_already_there_is_an_error()
    {
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("authorization", "ApiKey mine");
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => http.SendAsync(request));
        Assert.Contains("already has an Authorization header", refused.Message, StringComparison.Ordinal);

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "mine");
        await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync(new Uri("/", UriKind.Relative)));
        Assert.Throws<InvalidOperationException>(() => http.Send(new HttpRequestMessage(HttpMethod.Get, "/")));
        Assert.Empty(_target.Calls);
    }

    [Theory]
    [InlineData("http://billing.example")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("https+http://billing")]
    [InlineData("ftp://localhost")]
    public void A_token_never_travels_in_clear(string address)
    {
        using var provider = Provider(_issuer.Url, client => client.ConfigureHttpClient(http => http.BaseAddress = new Uri(address)).AddWatchwordToken(Resource));
        var refused = Assert.Throws<InvalidOperationException>(() => provider.Billing());
        Assert.Contains("use https", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_address_set_too_late_is_told_apart_from_the_resource()
    {
        // As a typed client does that sets BaseAddress in its constructor.
        await using var provider = Provider(_issuer.Url, static client => client.AddWatchwordToken(Resource));
        using var http = provider.Billing();
        http.BaseAddress = new Uri(_target.Url);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => http.GetAsync(new Uri("/", UriKind.Relative)));
        Assert.Contains("goes only to https://billing,", refused.Message, StringComparison.Ordinal);
        Assert.Contains("set BaseAddress in AddHttpClient", refused.Message, StringComparison.Ordinal);

        await using var named = Provider(_issuer.Url, static client => client.AddWatchwordToken("urn:billing"));
        using var nowhere = named.Billing();
        nowhere.BaseAddress = new Uri(_target.Url);
        await Assert.ThrowsAsync<InvalidOperationException>(() => nowhere.GetAsync(new Uri("/", UriKind.Relative)));

        await using var given = Provider(_issuer.Url, client => client.AddWatchwordToken("urn:billing", origin: new Uri(_target.Url)));
        using var late = given.Billing();
        late.BaseAddress = new Uri(_target.Url);
        Assert.Equal("fine", await late.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Empty(_elsewhere.Calls);
        Assert.Single(_target.Calls);
    }

    [Fact]
    public async Task A_base_address_that_changes_does_not_take_the_token_along()
    {
        var address = _target.Url;
        await using var provider = Provider(_issuer.Url, client => client.ConfigureHttpClient(http => http.BaseAddress = new Uri(address)).AddWatchwordToken(Resource));
        using var http = provider.Billing();
        await http.GetStringAsync(new Uri("/", UriKind.Relative));
        address = _elsewhere.Url;
        Assert.Throws<InvalidOperationException>(() => provider.Billing());
        Assert.Empty(_elsewhere.Calls);
    }

    [Fact]
    public async Task No_log_holds_a_token_or_the_key_even_when_headers_are_traced()
    {
        var log = new ListLogger();
        await using var provider = Provider(
            _issuer.Url,
            client =>
            {
                client.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
                client.ConfigureHttpClient(http => http.BaseAddress = new Uri(_target.Url)).RedactLoggedHeaders(["X-Nothing"]).AddWatchwordToken(Resource);
            });
        _issuer.Answer = ScriptedIssuer.Answers(200, """{"access_token":"a-very-secret-token","token_type":"Bearer","expires_in":60}""");
        using var http = provider.Billing();
        http.DefaultRequestHeaders.Add("X-Marker", "seen");
        await http.GetStringAsync(new Uri("/", UriKind.Relative));
        _issuer.Answer = ScriptedIssuer.Refuses(401, "invalid_client", "no");
        _target.Refuses = static _ => true;
        using var refused = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("seen", log.Text, StringComparison.Ordinal);
        await FetchingTarget.UntilAsync(() => log.Text.Contains("invalid_client", StringComparison.Ordinal));
        Assert.DoesNotContain("a-very-secret-token", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, log.Text, StringComparison.Ordinal);
    }

    private sealed class ListLogger : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
