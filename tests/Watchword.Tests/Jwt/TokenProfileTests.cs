// Tokens of stock issuers: accepted in the profile that is named for their issuer, and in no other.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Attacks;
using Watchword.Trust;

namespace Watchword.Tests.Jwt;

public sealed class TokenProfileTests
{
    private const string Keycloak = """{"iss":"https://keycloak.example/realms/fleet","aud":["account","https://billing"],"sub":"9c2e","typ":"Bearer","azp":"orders","jti":"trrtcc:1","scope":"invoices:read email","clientHost":"10.0.0.7","iat":IAT,"exp":EXP}""";
    private const string Entra = """{"iss":"https://login.example/tenant/v2.0","aud":"https://billing","sub":"oid","azp":"orders","uti":"u","ver":"2.0","roles":["invoices.read","invoices.write"],"iat":IAT,"nbf":IAT,"exp":EXP}""";
    private const string EntraDelegated = """{"iss":"https://login.example/tenant/v2.0","aud":"https://billing","sub":"oid","azp":"orders","uti":"u","scp":"invoices.read invoices.write","iat":IAT,"nbf":IAT,"exp":EXP}""";
    private const string Okta = """{"iss":"https://okta.example/oauth2/default","aud":"https://billing","sub":"orders","cid":"orders","jti":"AT.1","scp":["invoices.read"],"iat":IAT,"exp":EXP}""";
    private const string Duende = """{"iss":"https://duende.example","aud":"https://billing","sub":"orders","client_id":"orders","jti":"1","scope":["invoices.read","invoices.write"],"iat":IAT,"exp":EXP}""";

    private static readonly KeySet Keys = new([TokenForge.EcKey]);

    public static TheoryData<string, string, string, string> Samples => new()
    {
        { "keycloak", "JWT", Keycloak, "invoices:read email" },
        { "entra", "JWT", Entra, "invoices.read invoices.write" },
        { "entra-delegated", "JWT", EntraDelegated, "invoices.read invoices.write" },
        { "okta", "JWT", Okta, "invoices.read" },
        { "duende", "at+jwt", Duende, "invoices.read invoices.write" },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_stock_issuers_token_is_accepted_in_its_profile(string name, string type, string claims, string scopes)
    {
        var token = await VerifyAsync(name, type, claims);
        Assert.True(token.IsAccepted, $"{token.Rejection} {token.Rejection?.Detail}");
        Assert.Equal("orders", token.Token.ClientId);
        Assert.Equal(scopes, token.Token.Scope);
        Assert.Equal(scopes.Split(' '), token.Token.Scopes);
        Assert.NotEmpty(token.Token.TokenId);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task It_is_refused_in_the_profile_of_RFC_9068(string name, string type, string claims, string scopes)
    {
        Assert.NotEqual(TokenProfile.Rfc9068.Name, name);
        Assert.NotEmpty(scopes);
        Assert.False((await VerifyAsync("rfc9068", type, claims)).IsAccepted);
    }

    [Theory]
    [InlineData("keycloak", "at+jwt", RejectionCode.WrongType)]
    [InlineData("duende", "JWT", RejectionCode.WrongType)]
    public async Task Each_profile_has_one_type(string name, string type, string code) =>
        Assert.Equal(code, (await VerifyAsync(name, type, name == "keycloak" ? Keycloak : Duende)).Rejection?.Code);

    [Theory]
    [InlineData("""["a",1]""")]
    [InlineData("""["a b"]""")]
    [InlineData("""["a",""]""")]
    [InlineData("""["a",["b"]]""")]
    [InlineData("""{"a":1}""")]
    [InlineData("true")]
    [InlineData("\"a  b\"")]
    public async Task An_array_of_scopes_holds_scope_tokens_alone(string scopes)
    {
        var claims = Okta.Replace("""["invoices.read"]""", scopes, StringComparison.Ordinal);
        Assert.Equal(RejectionCode.MalformedClaim, (await VerifyAsync("okta", "JWT", claims)).Rejection?.Code);
    }

    [Theory]
    [InlineData("\"azp\":\"orders\",", RejectionCode.MissingClaim)]
    [InlineData("\"jti\":\"trrtcc:1\",", RejectionCode.MissingClaim)]
    [InlineData(",\"exp\":EXP", RejectionCode.MissingClaim)]
    [InlineData("\"sub\":\"9c2e\",", RejectionCode.MissingClaim)]
    public async Task A_profile_waives_no_claim(string claim, string code) =>
        Assert.Equal(code, (await VerifyAsync("keycloak", "JWT", Keycloak.Replace(claim, "", StringComparison.Ordinal))).Rejection?.Code);

    [Fact]
    public void Profiles_are_found_by_their_exact_names()
    {
        Assert.All(TokenProfile.All, profile => Assert.True(TokenProfile.TryFind(profile.Name, out var found) && found == profile));
        Assert.False(TokenProfile.TryFind("Keycloak", out _));
        Assert.False(TokenProfile.TryFind(null, out _));
        Assert.Equal("entra", $"{TokenProfile.Entra}");
    }

    [Fact]
    public async Task Issuers_of_several_profiles_live_behind_one_gate()
    {
        TokenProfile[] profiles = [TokenProfile.Keycloak, TokenProfile.Duende];
        string[] samples = [Keycloak, Duende];
        var gate = Gate([.. profiles.Zip(samples, (profile, claims) => Trusted(profile, claims))]);
        var accepted = await Task.WhenAll(from profile in profiles from claims in samples select AcceptsAsync(gate, profile.Type, claims));
        Assert.Equal([true, false, false, true], accepted);
    }

    private static async Task<bool> AcceptsAsync(TokenGate gate, string type, string claims) => (await gate.VerifyAsync(Token(type, claims))).IsAccepted;

    private static async Task<Verdict> VerifyAsync(string profile, string type, string claims)
    {
        Assert.True(TokenProfile.TryFind(profile, out var found));
        return await Gate(Trusted(found, claims)).VerifyAsync(Token(type, claims));
    }

    private static TokenGate Gate(params TrustedIssuer[] issuers) => new(issuers, new FakeTimeProvider(TokenForge.Now));

    private static TrustedIssuer Trusted(TokenProfile profile, string claims) =>
        new(new JwtRules { Issuer = claims.Split('"')[3], Audience = "https://billing", Profile = profile }, Keys);

    private static string Token(string type, string claims) => TokenForge.ES256(
        $$"""{"alg":"ES256","typ":"{{type}}","kid":"ec"}""",
        claims.Replace("IAT", $"{TokenForge.Seconds()}", StringComparison.Ordinal).Replace("EXP", $"{TokenForge.Seconds(300)}", StringComparison.Ordinal));
}
