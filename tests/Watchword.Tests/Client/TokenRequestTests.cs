// The request that goes to the issuer, and what is made of its refusals.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Client;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class TokenRequestTests
{
    [Fact]
    public async Task The_request_is_client_credentials_with_basic_authentication()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, change: options => options.ClientId = "orders:eu 1");
        await source.GetTokenAsync(Resource, "invoices:read invoices:write");

        var request = Assert.Single(issuer.Requests);
        Assert.Equal("application/x-www-form-urlencoded", request.ContentType);
        Assert.Equal(3, request.Form.Count);
        Assert.Equal("client_credentials", request.Form["grant_type"]);
        Assert.Equal(Resource, request.Form["resource"]);
        Assert.Equal("invoices:read invoices:write", request.Form["scope"]);
        Assert.Equal($"orders%3Aeu+1:{ApiKey}", Encoding.ASCII.GetString(Convert.FromBase64String(request.Authorization!["Basic ".Length..])));
    }

    [Theory]
    [InlineData(401, "invalid_client")]
    [InlineData(400, "invalid_scope")]
    [InlineData(400, "invalid_target")]
    [InlineData(400, "unauthorized_client")]
    [InlineData(429, "temporarily_unavailable")]
    public async Task A_refusal_is_told_with_the_issuers_reason(int status, string error)
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Refuses(status, error, "Because \u0007 I say so.");
        using var source = Tokens(issuer);

        var refused = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource, "a").AsTask());
        Assert.Equal(error, refused.Error);
        Assert.Equal("Because ? I say so.", refused.ErrorDescription);
        Assert.Equal((HttpStatusCode)status, refused.IssuerStatus);
        Assert.Equal((Resource, "a", false), (refused.Resource, refused.Scope, refused.IsIssuerUnreachable));
        Assert.Null(refused.StatusCode);
        Assert.Contains($"{error}: Because ? I say so.", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_issuer_that_is_not_there_is_called_unreachable()
    {
        var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer);
        using var direct = Tokens(issuer, change: options => options.TokenEndpoint = issuer.Url + "/oauth2/token");
        await issuer.DisposeAsync();

        foreach (var each in new[] { source, direct })
        {
            var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => each.GetTokenAsync(Resource).AsTask());
            Assert.True(failed.IsIssuerUnreachable);
            Assert.Null(failed.IssuerStatus);
        }
    }

    [Fact]
    public async Task An_issuer_that_never_answers_is_given_up_after_ten_seconds()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        var clock = new FakeTimeProvider();
        using var source = Tokens(issuer, clock);

        var waiting = source.GetTokenAsync(Resource).AsTask();
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 1);
        clock.Advance(TimeSpan.FromSeconds(10.1));
        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => waiting);
        Assert.True(failed.IsIssuerUnreachable);
        Assert.Contains("did not answer within 10 seconds", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_just_before_ten_seconds_is_taken()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var clock = new FakeTimeProvider();
        var tokens = issuer.Tokens();
        issuer.Answer = context =>
        {
            clock.Advance(TimeSpan.FromSeconds(9.9));
            return tokens(context);
        };
        using var source = Tokens(issuer, clock);
        Assert.Equal("t1", (await source.GetTokenAsync(Resource)).Reveal());
    }

    [Fact]
    public async Task An_issuer_that_takes_up_no_connection_is_called_unreachable()
    {
        // It listens, and does not shake hands.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, change: options => options.TokenEndpoint = $"https://{silent.LocalEndpoint}/oauth2/token");
        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        Assert.True(failed.IsIssuerUnreachable);
        Assert.Contains("did not take up a connection in time", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metadata_is_fetched_again_after_a_failure_and_then_kept()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Metadata = ScriptedIssuer.Answers(500, "no");
        using var source = Tokens(issuer, new FakeTimeProvider());
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        var failed = issuer.MetadataRequests;

        issuer.Metadata = null;
        await source.GetTokenAsync(Resource);
        await source.GetTokenAsync("https://shipping");
        Assert.Equal(failed + 1, issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_token_endpoint_in_the_settings_needs_no_metadata()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, change: options => options.TokenEndpoint = issuer.Url + "/oauth2/token");
        await source.GetTokenAsync(Resource);
        Assert.Equal(0, issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_token_endpoint_that_has_moved_is_found_again()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer, new FakeTimeProvider());
        issuer.Answer = ScriptedIssuer.Answers(404, "");
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        issuer.Answer = issuer.Tokens();
        await source.GetTokenAsync(Resource);
        Assert.Equal(2, issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_replaced_key_file_takes_effect_with_the_next_token()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("watchword-").FullName;
        try
        {
            // As Kubernetes does it: the file is a link through a link that is swapped, so that its own time stamp never changes.
            var file = Path.Combine(folder, "key");
            Directory.CreateDirectory(Path.Combine(folder, "1"));
            Directory.CreateDirectory(Path.Combine(folder, "2"));
            await File.WriteAllTextAsync(Path.Combine(folder, "1", "key"), "first-key\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "2", "key"), "other-key\r\n");
            Directory.CreateSymbolicLink(Path.Combine(folder, "data"), "1");
            File.CreateSymbolicLink(file, Path.Combine("data", "key"));
            using var source = Tokens(issuer, change: options => (options.ApiKey, options.ApiKeyFile) = (null, file));

            await source.GetTokenAsync(Resource);
            Directory.Delete(Path.Combine(folder, "data"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "data"), "2");
            await source.GetTokenAsync("https://shipping");

            Assert.Equal(["orders:first-key", "orders:other-key"], issuer.Requests.Select(request => Encoding.ASCII.GetString(Convert.FromBase64String(request.Authorization!["Basic ".Length..]))));
            File.Delete(file);
            var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync("https://third").AsTask());
            Assert.Contains("cannot be read", failed.Message, StringComparison.Ordinal);
            Assert.Equal(2, issuer.Requests.Count);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Token_requests_are_counted_with_a_bounded_error_type()
    {
        var types = new ConcurrentQueue<string?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "watchword.client.token_requests")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => types.Enqueue(tags.Length == 0 ? null : tags[0].Key + "=" + tags[0].Value));
        listener.Start();
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var source = Tokens(issuer);
        await source.GetTokenAsync(Resource);
        issuer.Answer = ScriptedIssuer.Refuses(400, "unsupported_grant_type");
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync("https://a").AsTask());
        issuer.Answer = ScriptedIssuer.Refuses(400, "made_up_by_the_issuer");
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync("https://b").AsTask());

        Assert.Contains(null, types);
        Assert.Contains("error.type=unsupported_grant_type", types);
        Assert.Contains("error.type=other", types);
        Assert.DoesNotContain("error.type=made_up_by_the_issuer", types);
    }
}
