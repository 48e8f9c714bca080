// Asking the gate again about a token that it accepted: its time, its key, its issuer, and the rules as they are now.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class RecheckTests
{
    private static readonly KeySet Keys = new([TokenForge.EcKey]);

    [Theory]
    [InlineData(0, null)]
    [InlineData(329, null)]
    [InlineData(330, RejectionCode.Expired)]
    [InlineData(100_000_000, RejectionCode.Expired)]
    [InlineData(-30, null)]
    [InlineData(-31, RejectionCode.IssuedInFuture)]
    public async Task A_token_is_good_for_its_time_and_the_leeway(int seconds, string? code)
    {
        var clock = new SteppingClock();
        var gate = Gate(Rules(), clock);
        var token = await AcceptedAsync(gate, TokenForge.ES256());
        clock.Now = TokenForge.Now.AddSeconds(seconds);
        Assert.Equal(code, gate.Recheck(token)?.Code);
        Assert.Equal(code, (await gate.VerifyAsync(TokenForge.ES256())).Rejection?.Code);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-40, null)]
    [InlineData(-41, RejectionCode.NotYetValid)]
    public async Task A_token_is_not_good_before_its_time(int seconds, string? code)
    {
        var clock = new SteppingClock();
        var gate = Gate(Rules(), clock);
        var claims = TokenForge.Claims(("iat", $"{TokenForge.Seconds(-3600)}"), ("nbf", $"{TokenForge.Seconds(-10)}"));
        var token = await AcceptedAsync(gate, TokenForge.ES256(claims: claims));
        clock.Now = TokenForge.Now.AddSeconds(seconds);
        Assert.Equal(code, gate.Recheck(token)?.Code);
    }

    [Fact]
    public async Task A_token_of_another_gate_is_refused_though_the_issuer_is_the_same()
    {
        var clock = new SteppingClock();
        var token = await AcceptedAsync(Gate(Rules(), clock), TokenForge.ES256());
        var otherKeys = new TokenGate([new TrustedIssuer(Rules(), new KeySet([TokenForge.EcKey]))], clock);
        Assert.Equal(RejectionCode.UnknownKey, otherKeys.Recheck(token)?.Code);
        Assert.Equal(RejectionCode.UnknownIssuer, Gate(new JwtRules { Issuer = "https://other.example", Audience = TokenForge.Audience }, clock).Recheck(token)?.Code);
    }

    [Fact]
    public async Task A_token_must_keep_the_rules_as_they_are_now()
    {
        var clock = new SteppingClock();
        var issuers = new TrustedIssuers([new TrustedIssuer(Rules(), Keys)]);
        var gate = new TokenGate(issuers, clock);
        var token = await AcceptedAsync(gate, TokenForge.ES256());

        issuers.Swap([new TrustedIssuer(Rules(), Keys)]);
        Assert.Null(gate.Recheck(token));
        issuers.Swap([new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = "https://other" }, Keys)]);
        Assert.Equal(RejectionCode.WrongAudience, gate.Recheck(token)?.Code);
        issuers.Swap([new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience, Scopes = [] }, Keys)]);
        Assert.Equal(RejectionCode.ClientNotAllowed, gate.Recheck(token)?.Code);
        issuers.Swap([new TrustedIssuer(new JwtRules { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience, Profile = TokenProfile.Duende }, Keys)]);
        Assert.Equal(RejectionCode.WrongType, gate.Recheck(token)?.Code);
        issuers.Swap([]);
        Assert.Equal(RejectionCode.UnknownIssuer, gate.Recheck(token)?.Code);
        Assert.Equal(RejectionCode.UnknownIssuer, (await gate.VerifyAsync(TokenForge.ES256())).Rejection?.Code);
    }

    [Fact]
    public async Task A_good_token_is_rechecked_without_allocating()
    {
        var gate = Gate(Rules(), new FakeTimeProvider(TokenForge.Now));
        var token = await AcceptedAsync(gate, TokenForge.ES256());
        Assert.Equal(0, Allocated(gate, token));

        static long Allocated(TokenGate gate, VerifiedJwt token)
        {
            gate.Recheck(token);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                gate.Recheck(token);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static JwtRules Rules() => new() { Issuer = TokenForge.Issuer, Audience = TokenForge.Audience };

    private static TokenGate Gate(JwtRules rules, TimeProvider clock) => new([new TrustedIssuer(rules, Keys)], clock);

    private static async Task<VerifiedJwt> AcceptedAsync(TokenGate gate, string token)
    {
        var verdict = await gate.VerifyAsync(token);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection}");
        return verdict.Token;
    }

    // The clock of a machine can be put back; that of the testing package cannot.
    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = TokenForge.Now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
