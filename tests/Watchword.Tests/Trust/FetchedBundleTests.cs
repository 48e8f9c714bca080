// A bundle at a URL: fetched within bounds, kept on disk for the time when its server is down.
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Client;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class FetchedBundleTests : IAsyncLifetime
{
    private const string Orders = "https://orders.internal";
    private static readonly DateTimeOffset Start = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Expires = Start.AddDays(30);
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(Start);
    private LoopbackServer _server = null!;
    private volatile RequestDelegate _answer = context => context.Response.CompleteAsync();
    private int _fetches;

    private static SigningKey Key => SampleKeys.Of("ES256");

    private static SigningKey Pin => SampleKeys.Of("ES384");

    public async ValueTask InitializeAsync() => _server = await LoopbackServer.StartAsync(context =>
    {
        Interlocked.Increment(ref _fetches);
        return _answer(context);
    });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_fetched_in_the_background_signed_or_where_no_key_is_pinned_as_it_is(bool isSigned)
    {
        Serve(Bundle(1), isSigned);
        var bundle = _answer;
        var released = new TaskCompletionSource();
        _answer = async context =>
        {
            await released.Task;
            await bundle(context);
        };
        using var target = Follow(isSigned);
        Assert.Equal(BundleStanding.Refused, target.State.Standing);
        released.SetResult();
        await target.LookAsync();
        Assert.Null(await target.AskAsync(Key, Orders));
        Assert.Equal(isSigned ? Pin.KeyId : null, target.State.VerifiedBy);
    }

    [Fact]
    public async Task The_largest_bundle_that_may_be_is_taken_and_a_larger_answer_is_not_read()
    {
        var comment = new string('x', TrustBundle.LongestDocument - 2000);
        Serve(new TrustBundle(1, Expires, Bundle(1).Issuers, comment));
        using var target = Follow();
        await target.LookAsync();
        Assert.Equal((1, null), (target.State.Serial, target.State.Fault));
        _answer = context => context.Response.Body.WriteAsync(new byte[3 * 1024 * 1024]).AsTask();
        await target.LookAsync();
        Assert.Contains("too large", target.State.Fault, StringComparison.Ordinal);
        Assert.Equal(1, target.State.Serial);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(302, "")]
    [InlineData(200, "<html></html>")]
    [InlineData(200, "")]
    public async Task While_its_server_is_down_the_last_good_one_is_followed_over_a_restart_too(int status, string text)
    {
        Serve(Bundle(1));
        using (var target = Follow(folder: _temp.File("kept")))
        {
            await target.LookAsync();
            Misbehave(status, text);
            await target.LookAsync();
            Assert.NotNull(target.State.Fault);
            Assert.Null(await target.AskAsync(Key, Orders));
        }
        using var again = Follow(folder: _temp.File("kept"));
        Assert.Null(await again.AskAsync(Key, Orders));
        await again.LookAsync();
        Assert.NotNull(again.State.Fault);
        Assert.Equal((1, Pin.KeyId, null), (again.State.Serial, again.State.VerifiedBy, await again.AskAsync(Key, Orders)));
        Serve(new TrustBundle(2, Expires, []));
        await again.LookAsync();
        Assert.Equal((2, RejectionCode.UnknownIssuer), (again.State.Serial, await again.AskAsync(Key, Orders)));
    }

    [Fact]
    public async Task Starting_twice_at_once_looks_once()
    {
        Serve(Bundle(1));
        using var fetcher = FetchingTarget.Fetcher(_clock);
        var terms = new TrustTerms(FollowingTarget.Audience, TimeSpan.Zero, TimeSpan.FromMinutes(1), _ => new RemoteKeySetOptions());
        using var looked = new SemaphoreSlim(0);
        using var bundle = new FollowedBundle(
            new FollowedBundleOptions { Place = _server.Url, OnLook = _ => looked.Release(), RefreshInterval = TimeSpan.FromHours(1) },
            new TrustedIssuers([]), [], new EntryIssuers(terms, fetcher, _clock), fetcher, _clock);
        Parallel.For(0, 32, _ => bundle.Start());
        await looked.WaitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Equal(1, bundle.State.Serial);
        Assert.Equal(1, Volatile.Read(ref _fetches));
        Assert.Equal(0, looked.CurrentCount);
    }

    [Fact]
    public async Task A_change_of_where_keys_come_from_takes_effect()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var written = issuer.NewKey();
        Serve(new TrustBundle(1, Expires, [new TrustEntry { Issuer = issuer.Url, JwksUri = $"{issuer.Url}/keys" }]));
        using var target = Follow();
        await target.LookAsync();
        Assert.Null(await target.AskAsync(issuer.Key, issuer.Url));
        Assert.Equal(issuer.Url, Assert.Single(target.Bundle.Keys).Issuer);
        Serve(new TrustBundle(2, Expires, [FollowingTarget.Entry(written, issuer.Url)]));
        await target.LookAsync();
        Assert.Empty(target.Bundle.Keys);
        Assert.Equal((RejectionCode.UnknownKey, null), (await target.AskAsync(issuer.Key, issuer.Url), await target.AskAsync(written, issuer.Url)));
    }

    private static TrustBundle Bundle(long serial) => new(serial, Expires, [FollowingTarget.Entry(Key, Orders)]);

    private FollowingTarget Follow(bool isSigned = true, string? folder = null) =>
        new(_server.Url, _clock, isSigned ? new KeySet([Pin.ToVerificationKey()]) : null, folder);

    private void Serve(TrustBundle bundle, bool isSigned = true)
    {
        var document = isSigned ? FollowingTarget.Signed(bundle, Pin) : bundle.ToJson();
        _answer = context => context.Response.Body.WriteAsync(document).AsTask();
    }

    private void Misbehave(int status, string text) => _answer = context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        return context.Response.WriteAsync(text);
    };
}
