// Fault 6: a thousand callers at once cost the issuer one token request, and unknown keys a bounded number of fetches.
using System.Net;
using System.Net.Http.Headers;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class StormTests
{
    private const int Callers = 1000;
    private const int TokenLifetime = 60;
    private const int UnknownKeys = 150;
    private const string TokenRequests = "/oauth2/token crowd";
    private const string Fetches = "/.well-known/jwks.json target";

    [Fact]
    public async Task A_storm_at_the_callers_and_at_a_target_does_not_reach_the_issuer()
    {
        var started = FaultTime.Stamp;
        await using var stage = await FaultStage.StartAsync(TokenLifetime, behindProxy: true);
        var target = await stage.AddTargetAsync("billing");
        await stage.StartLoadAsync();
        var crowd = await stage.AddIdleCallerAsync("crowd");
        var first = await CountAsync(stage, TokenRequests);
        for (var storm = 1; storm <= 2 || FaultTime.Since(started) < FaultTime.Of(0); storm++)
        {
            // From the second storm on, all of them find the token expired at the same moment.
            await crowd.PostAsync("/faults/burst?callers=", Callers);
            Assert.Equal(storm, await CountAsync(stage, TokenRequests) - first);

            var before = await CountAsync(stage, Fetches);
            await SendUnknownKeysAsync(stage.IssuerUrl, target.Url);
            Assert.InRange(await CountAsync(stage, Fetches) - before, storm == 1 ? 1 : 0, 10);
            await FaultTime.PassAsync(FaultTime.IsLong ? 10 : 1);
            // Nobody knows how long a storm takes; so the token does not end by itself meanwhile, but by the crowd's clock.
            await crowd.PostAsync("/faults/clock?seconds=", storm * TokenLifetime);
        }

        var counts = Assert.Single(await stage.CountsAsync(crowd));
        Assert.True(counts.Accepted > Callers && counts.Accepted == counts.Sent, counts.ToString());
        await stage.EndAsync("storms");
    }

    private static async Task<int> CountAsync(FaultStage stage, string what) => (await stage.Proxy!.GetAsync("/faults/counts")).GetProperty(what).GetInt32();

    private static async Task SendUnknownKeysAsync(string issuer, string target)
    {
        using var http = new HttpClient();
        await Parallel.ForAsync(0, UnknownKeys, async (_, cancellation) =>
        {
            using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", JwtSigner.SignAccessToken(key, new AccessTokenClaims
            {
                Issuer = issuer,
                Subject = "orders",
                ClientId = "orders",
                Audience = FaultStage.Resource,
                IssuedAt = TimeProvider.System.GetUtcNow(),
                Lifetime = TimeSpan.FromMinutes(5),
            }));
            using var answer = await http.SendAsync(request, cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        });
    }
}
