// How far an issuer is trusted: for whom it may speak and what it may grant.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class TrustLimitTests
{
    private const string Self = "https://orders.internal";

    [Theory]
    [InlineData("orders", "orders", "orders")]
    [InlineData("orders orders-*", "orders-eu", "orders-eu")]
    [InlineData("*", "whoever", "else")]
    public async Task A_token_for_one_it_speaks_for_is_accepted(string subjects, string subject, string client) =>
        Assert.Null((await VerifyAsync(Entry(subjects), subject, client)).Rejection);

    [Theory]
    [InlineData("orders", "billing", "orders", "sub")]
    [InlineData("orders", "orders", "billing", "client_id")]
    [InlineData("orders", "Orders", "Orders", "sub")]
    [InlineData("orders", "orders ", "orders", "sub")]
    [InlineData("orders-*", "orders", "orders", "sub")]
    [InlineData("orders", "orders-eu", "orders", "sub")]
    public async Task A_token_for_another_is_refused(string subjects, string subject, string client, string claim)
    {
        var rejection = (await VerifyAsync(Entry(subjects), subject, client)).Rejection;
        Assert.Equal((RejectionCode.ClientNotAllowed, claim), (rejection?.Code, rejection?.Claim));
        Assert.DoesNotContain(subject, rejection?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_subjects_an_issuer_speaks_for_itself_alone()
    {
        Assert.Null((await VerifyAsync(Entry(null), Self, Self)).Rejection);
        Assert.Equal(RejectionCode.ClientNotAllowed, (await VerifyAsync(Entry(null), "orders", "orders")).Rejection?.Code);
        Assert.Equal(RejectionCode.ClientNotAllowed, (await VerifyAsync(Entry(null), Self + "/x", Self)).Rejection?.Code);
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("", "a", RejectionCode.ClientNotAllowed)]
    [InlineData("a b", "a", null)]
    [InlineData("a b", "b a", null)]
    [InlineData("a b", "a c", RejectionCode.ClientNotAllowed)]
    [InlineData("a", "A", RejectionCode.ClientNotAllowed)]
    [InlineData("*", "anything at:all", null)]
    public async Task A_token_holds_at_most_the_scopes_of_the_entry(string allowed, string? scope, string? code)
    {
        var entry = Entry(null) with { Scopes = allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries) };
        Assert.Equal(code, (await VerifyAsync(entry, Self, Self, scope)).Rejection?.Code);
    }

    [Theory]
    [InlineData(60, 300, 60)]
    [InlineData(600, 300, 300)]
    [InlineData(null, 300, 300)]
    public void The_shorter_life_holds(int? own, int target, int seconds)
    {
        var entry = Entry(null) with { MaxLifetime = own is { } life ? TimeSpan.FromSeconds(life) : null };
        Assert.Equal(TimeSpan.FromSeconds(seconds), entry.ToRules("https://billing", TimeSpan.Zero, TimeSpan.FromSeconds(target)).MaxLifetime);
    }

    [Theory]
    [InlineData("a*b", "star")]
    [InlineData("**", "star")]
    [InlineData("", "one subject")]
    public void Odd_patterns_are_refused(string patterns, string word)
    {
        Assert.False(SubjectPatterns.TryParse(patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries), out _, out var fault));
        Assert.Contains(word, fault, StringComparison.Ordinal);
    }

    private static TrustEntry Entry(string? subjects) => new()
    {
        Issuer = Self,
        Subjects = subjects is null ? null : SubjectPatterns.TryParse(subjects.Split(' '), out var list, out _) ? list : throw new ArgumentException(subjects),
    };

    private static async Task<Verdict> VerifyAsync(TrustEntry entry, string subject, string client, string? scope = null)
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var rules = entry.ToRules("https://billing", TimeSpan.Zero, TimeSpan.FromHours(1));
        var gate = new TokenGate([new TrustedIssuer(rules, new KeySet([key.ToVerificationKey()]))], new FakeTimeProvider(TokenForge.Now));
        return await gate.VerifyAsync(JwtSigner.SignAccessToken(key, new AccessTokenClaims
        {
            Issuer = Self,
            Subject = subject,
            ClientId = client,
            Audience = "https://billing",
            Scope = scope,
            IssuedAt = TokenForge.Now,
            Lifetime = TimeSpan.FromMinutes(1),
        }));
    }
}
