// What the handler does to a request, asynchronous and synchronous, and what it does when the target refuses the token.
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Watchword.Client;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class TokenHandlerTests : IAsyncLifetime
{
    private ScriptedIssuer _issuer = null!;
    private ScriptedTarget _target = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await ScriptedIssuer.StartAsync();
        _target = await ScriptedTarget.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Every_request_carries_the_token()
    {
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        Assert.Equal("fine", await http.GetStringAsync(new Uri("/invoices", UriKind.Relative)));
        Assert.Equal("fine", await provider.Billing().GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.All(_target.Calls, call => Assert.Equal("Bearer t1", call.Authorization));
        Assert.Equal("invoices:read", Assert.Single(_issuer.Requests).Form["scope"]);
    }

    [Fact]
    public async Task A_synchronous_request_carries_the_token_and_is_repeated_too()
    {
        _target.Refuses = static token => token == "t1";
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invoices") { Content = new StringContent("body") };
        using var response = await Task.Run(() => http.Send(request));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([("Bearer t1", "body"), ("Bearer t2", "body")], _target.Calls.Select(call => (call.Authorization, call.Body)));
    }

    [Fact]
    public async Task Many_synchronous_callers_cause_one_token_request()
    {
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        var calls = Enumerable.Range(0, 20).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using var response = http.Send(new HttpRequestMessage(HttpMethod.Get, "/"));
                return response.StatusCode;
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        Assert.All(await Task.WhenAll(calls), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Single(_issuer.Requests);
    }

    [Fact]
    public async Task Without_a_token_the_request_is_not_sent()
    {
        _issuer.Answer = ScriptedIssuer.Refuses(400, "invalid_scope", "not granted");
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();

        var refused = await Assert.ThrowsAsync<TokenUnavailableException>(() => http.GetAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal("invalid_scope", refused.Error);
        Assert.IsType<TokenUnavailableException>(await Record.ExceptionAsync(() => Task.Run(() => http.Send(new HttpRequestMessage(HttpMethod.Get, "/")))));
        Assert.Empty(_target.Calls);
    }

    public static TheoryData<HttpContent?, string> Repeatable => new()
    {
        { null, "" },
        { new StringContent("text"), "text" },
        { new ByteArrayContent("bytes"u8.ToArray()), "bytes" },
        { new ReadOnlyMemoryContent("memory"u8.ToArray()), "memory" },
        { new FormUrlEncodedContent([new("a", "b c")]), "a=b+c" },
        { JsonContent.Create(new Dictionary<string, int> { ["amount"] = 3 }), """{"amount":3}""" },
    };

    [Theory]
    [MemberData(nameof(Repeatable))]
    public async Task A_refused_token_is_renewed_and_the_same_request_sent_once_more(HttpContent? content, string body)
    {
        _target.Refuses = static token => token == "t1";
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/invoices?page=2") { Content = content, Version = HttpVersion.Version11 };
        request.Headers.Add("X-Marker", "kept");
        using var response = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        ScriptedTarget.Call Expected(string token) => new("POST", "/invoices?page=2", "Bearer " + token, "kept", body);
        Assert.Equal([Expected("t1"), Expected("t2")], _target.Calls);
        Assert.Same(request, response.RequestMessage);
        Assert.Null(request.Headers.Authorization);
    }

    public static TheoryData<HttpContent> Unrepeatable => new()
    {
        new StreamContent(new MemoryStream("stream"u8.ToArray())),
        new MultipartFormDataContent { { new StreamContent(new MemoryStream("part"u8.ToArray())), "file" } },
        new DerivedContent(),
        JsonContent.Create(Once()),
    };

    [Theory]
    [MemberData(nameof(Unrepeatable))]
    public async Task A_body_that_may_be_gone_is_not_sent_again_but_the_token_is_renewed(HttpContent content)
    {
        _target.Refuses = static token => token == "t1";
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        using var refused = await http.PostAsync(new Uri("/", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Single(_target.Calls);
        await FetchingTarget.UntilAsync(() => _issuer.Requests.Count == 2);
        await FetchingTarget.UntilAsync(() => http.GetAsync(new Uri("/", UriKind.Relative)).Result.StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(401, "Bearer")]
    [InlineData(401, "Bearer error=\"invalid_request\"")]
    [InlineData(401, "Basic error=\"invalid_token\"")]
    [InlineData(401, "Bearer realm=\"error=\\\"invalid_token\\\"\"")]
    [InlineData(403, "Bearer error=\"invalid_token\"")]
    public async Task Other_refusals_are_the_callers_business(int status, string challenge)
    {
        _target.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.WWWAuthenticate = challenge;
            return Task.CompletedTask;
        };
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        using var response = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Single(_target.Calls);
        Assert.Single(_issuer.Requests);
    }

    [Fact]
    public async Task A_renewal_that_fails_leaves_the_targets_answer()
    {
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        await http.GetStringAsync(new Uri("/", UriKind.Relative));
        _issuer.Answer = ScriptedIssuer.Answers(500, "no");
        _target.Refuses = static _ => true;
        using var response = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, _target.Calls.Count);
    }

    [Fact]
    public async Task All_requests_refused_together_are_repeated_with_one_new_token()
    {
        _target.Refuses = static token => token == "t1";
        var tokens = _issuer.Tokens();
        _issuer.Answer = async context =>
        {
            if (_issuer.Requests.Count == 2)
                await FetchingTarget.UntilAsync(() => _target.Calls.Count >= 20);
            await tokens(context);
        };
        await using var provider = Provider(_issuer, _target);
        using var http = provider.Billing();
        var calls = Enumerable.Range(0, 20).Select(_ => http.GetAsync(new Uri("/", UriKind.Relative))).ToList();
        Assert.All(await Task.WhenAll(calls), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(2, _issuer.Requests.Count);
    }

    [Fact]
    public async Task A_handler_outside_may_send_the_same_request_again()
    {
        var failures = 0;
        _target.Answer = context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref failures) == 1 ? 503 : 200;
            return Task.CompletedTask;
        };
        await using var provider = Provider(_issuer.Url, client => client
            .ConfigureHttpClient(http => http.BaseAddress = new Uri(_target.Url))
            .AddHttpMessageHandler(static () => new AgainHandler())
            .AddWatchwordToken(Resource));
        using var http = provider.Billing();
        using var response = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer t1", "Bearer t1"], _target.Calls.Select(call => call.Authorization));
    }

    [Fact]
    public async Task The_handler_works_without_a_host()
    {
        using var tokens = Tokens(_issuer);
        using var handler = new WatchwordTokenHandler(tokens, Resource, "invoices:read", new Uri(_target.Url)) { InnerHandler = new SocketsHttpHandler() };
        using var http = new HttpClient(handler);
        Assert.Equal("fine", await http.GetStringAsync(new Uri(_target.Url)));
        Assert.Equal("Bearer t1", Assert.Single(_target.Calls).Authorization);
    }

    private static IEnumerable<int> Once()
    {
        yield return 1;
    }

    private sealed class DerivedContent() : ByteArrayContent(Encoding.ASCII.GetBytes("derived"));

    private sealed class AgainHandler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            return response.StatusCode == HttpStatusCode.ServiceUnavailable ? await base.SendAsync(request, cancellationToken) : response;
        }
    }
}
