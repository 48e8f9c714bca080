// What the options of fetching change: RefreshInterval, KeepFor, UnlabelledRsa, AllowLocalAddresses.
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class FetchingOptionsTests
{
    private readonly WatchedClock _clock = new();

    [Fact]
    public async Task Keys_are_fetched_again_in_the_background_once_an_interval()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var fetcher = FetchingTarget.Fetcher(_clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { RefreshInterval = TimeSpan.FromMinutes(1) }, _clock);
        keys.Start();
        await _clock.UntilWaitedForAsync();
        var pause = Assert.Single(_clock.Waits);
        Assert.InRange(pause, TimeSpan.FromMinutes(0.8), TimeSpan.FromMinutes(0.95));
        Assert.Equal(1, issuer.KeyFetches);
        issuer.Rotate();
        await _clock.WakeAsync(_clock.GetUtcNow() + pause);
        Assert.True(keys.Current.Contains(issuer.Key.KeyId));
        Assert.Equal(2, issuer.KeyFetches);
    }

    [Fact]
    public async Task Keys_outlive_their_issuer_for_as_long_as_they_may_be_kept_and_no_longer()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        using var fetcher = FetchingTarget.Fetcher(_clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { KeepFor = TimeSpan.FromHours(1) }, _clock);
        keys.Start();
        await _clock.UntilWaitedForAsync();
        var fetched = _clock.GetUtcNow();
        issuer.AnswerKeysBy(context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        await _clock.WakeAsync(fetched.AddHours(1));
        Assert.Contains("500", keys.Fault, StringComparison.Ordinal);
        Assert.Single(keys.Current.Keys);
        await _clock.WakeAsync(fetched.AddHours(1).AddSeconds(2));
        Assert.Empty(keys.Current.Keys);
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
        Assert.Null(await AskAsync(issuer, rsa, new RemoteKeySetOptions { UnlabelledRsa = SignatureAlgorithm.PS256 }));
        Assert.Equal(RejectionCode.AlgorithmMismatch, await AskAsync(issuer, rsa, new RemoteKeySetOptions()));
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
        using var fetcher = new DocumentFetcher(new FetcherOptions { AllowLocalAddresses = allowed, Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var url = new Uri($"https://0.0.0.0:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        Assert.False(url.IsLoopback);
        var fetch = fetcher.FetchAsync(url, CancellationToken.None);
        if (allowed)
            (await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).Dispose();
        var fault = await Assert.ThrowsAsync<FetchException>(() => fetch);
        Assert.Equal(!allowed, fault.Message.Contains("this machine or link", StringComparison.Ordinal));
        Assert.False(listener.Pending());
    }

    private static async Task<string?> AskAsync(PublishingIssuer issuer, SigningKey key, RemoteKeySetOptions options)
    {
        var clock = PatientClock.Retrying;
        using var fetcher = FetchingTarget.Fetcher(clock);
        using var keys = new RemoteKeySet(issuer.Url, fetcher, options, clock);
        var gate = new TokenGate([new TrustedIssuer(new JwtRules { Issuer = issuer.Url, Audience = PublishingIssuer.Audience }, keys)], clock);
        return (await gate.VerifyAsync(issuer.Token(key)).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).Rejection?.Code;
    }
}
