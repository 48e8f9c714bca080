// What the options of fetching change: RefreshInterval, KeepFor, UnlabelledRsa, AllowLocalAddresses.
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class FetchingOptionsTests
{
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task Keys_are_fetched_again_in_the_background_once_an_interval()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var fetcher = new DocumentFetcher(new FetcherOptions(), _clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { RefreshInterval = TimeSpan.FromMinutes(1) }, _clock);
        keys.Start();
        await FetchingTarget.UntilAsync(() => issuer.KeyFetches == 1);
        issuer.Rotate();
        await FetchingTarget.UntilAsync(() => keys.Current.Contains(issuer.Key.KeyId), () => _clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(2, issuer.KeyFetches);
    }

    [Fact]
    public async Task Keys_outlive_their_issuer_for_as_long_as_they_may_be_kept_and_no_longer()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var fetcher = new DocumentFetcher(new FetcherOptions(), _clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { KeepFor = TimeSpan.FromHours(1) }, _clock);
        keys.Start();
        await FetchingTarget.UntilAsync(() => keys.Current.Keys.Count == 1);
        var fetched = _clock.GetUtcNow();
        issuer.AnswerKeysBy(context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        await FetchingTarget.UntilAsync(() => keys.Current.Keys.Count == 0, () => _clock.Advance(TimeSpan.FromSeconds(30)));
        Assert.True(_clock.GetUtcNow() - fetched > TimeSpan.FromHours(1), "The keys were given up too early.");
        Assert.Contains("500", keys.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_RSA_key_that_names_no_algorithm_is_for_the_one_that_is_configured()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var rsa = SigningKey.Generate(SignatureAlgorithm.PS256, "rsa");
        var set = System.Text.Encoding.UTF8.GetString(new KeySet([rsa.ToVerificationKey()]).ToJson()).Replace("\"alg\":\"PS256\",", "", StringComparison.Ordinal);
        Assert.DoesNotContain("alg", set, StringComparison.Ordinal);
        issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, set));
        Assert.True(await AcceptsAsync(issuer, rsa, new RemoteKeySetOptions { UnlabelledRsa = SignatureAlgorithm.PS256 }));
        Assert.False(await AcceptsAsync(issuer, rsa, new RemoteKeySetOptions()));
    }

    [Fact]
    public void Bounds_that_bound_nothing_are_refused()
    {
        foreach (var seconds in new[] { 0, -1, 60.1 })
            Assert.Throws<ArgumentOutOfRangeException>(() => new FetcherOptions { Timeout = TimeSpan.FromSeconds(seconds) });
        foreach (var bytes in new[] { 0, -1, int.MaxValue })
            Assert.Throws<ArgumentOutOfRangeException>(() => new FetcherOptions { MaxBytes = bytes });
        foreach (var hours in new[] { 0, -1, 24.1 })
            Assert.Throws<ArgumentOutOfRangeException>(() => new RemoteKeySetOptions { RefreshInterval = TimeSpan.FromHours(hours) });
        foreach (var days in new[] { 0, -1, 7.1 })
            Assert.Throws<ArgumentOutOfRangeException>(() => new RemoteKeySetOptions { KeepFor = TimeSpan.FromDays(days) });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_of_this_machine_is_connected_to_only_where_it_is_allowed(bool allowed)
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        using var fetcher = new DocumentFetcher(new FetcherOptions { AllowLocalAddresses = allowed, Timeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);
        var url = new Uri($"https://0.0.0.0:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        Assert.False(url.IsLoopback);
        await Assert.ThrowsAsync<FetchException>(() => fetcher.FetchAsync(url, CancellationToken.None));
        Assert.Equal(allowed, listener.Pending());
    }

    private static async Task<bool> AcceptsAsync(PublishingIssuer issuer, SigningKey key, RemoteKeySetOptions options)
    {
        using var fetcher = new DocumentFetcher(new FetcherOptions(), TimeProvider.System);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, options, TimeProvider.System);
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = issuer.Url, Audience = PublishingIssuer.Audience }, keys)], TimeProvider.System);
        return (await gate.VerifyAsync(issuer.Token(key))).IsAccepted;
    }
}
