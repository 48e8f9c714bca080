// The trust bundle: what it says is what was written, every fault is named, and nothing unknown is passed over.
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class TrustBundleTests
{
    private static readonly DateTimeOffset Expires = new(2027, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_bundle_is_read_as_it_was_written()
    {
        var keys = new KeySet([SampleKeys.Of("ES256").ToVerificationKey()]);
        var bundle = new TrustBundle(7, Expires,
        [
            new TrustEntry { Issuer = "https://orders.internal", Keys = keys, Scopes = ["invoices:read"], MaxLifetime = TimeSpan.FromMinutes(1) },
            new TrustEntry { Issuer = "https://auth.example", Subjects = Patterns("orders", "batch-*"), Scopes = ["*"], Algorithms = [SignatureAlgorithm.ES256] },
            new TrustEntry { Issuer = "https://keycloak.example/realms/fleet", JwksUri = "https://keycloak.example/certs", Profile = TokenProfile.Keycloak, Comment = "until May" },
        ], "fleet");

        var read = TrustBundle.Parse(bundle.ToJson());
        Assert.Equal(Encoding.UTF8.GetString(bundle.ToJson()), Encoding.UTF8.GetString(read.ToJson()));
        Assert.Equal((7, Expires, "fleet"), (read.Serial, read.Expires, read.Comment));
        Assert.Equal(["https://orders.internal", "https://auth.example", "https://keycloak.example/realms/fleet"], read.Issuers.Select(entry => entry.Issuer));
        Assert.Equal(["orders", "batch-*"], read.Issuers[1].Subjects!.Patterns);
        Assert.True(read.Issuers[1].GrantsEveryScope);
        Assert.Equal(TokenProfile.Keycloak, read.Issuers[2].Profile);
    }

    [Theory]
    [InlineData("[]", "not one strict JSON object")]
    [InlineData("{}", "expires")]
    [InlineData("""{"serial":1,"serial":2,"expires":"2027-01-31T00:00:00Z","issuers":[]}""", "not one strict JSON object")]
    [InlineData("""{"serial":0,"expires":"2027-01-31T00:00:00Z","issuers":[]}""", "serial")]
    [InlineData("""{"serial":"1","expires":"2027-01-31T00:00:00Z","issuers":[]}""", "serial")]
    [InlineData("""{"serial":1.5,"expires":"2027-01-31T00:00:00Z","issuers":[]}""", "serial")]
    [InlineData("""{"serial":1,"expires":"2027-01-31","issuers":[]}""", "expires")]
    [InlineData("""{"serial":1,"expires":1800000000,"issuers":[]}""", "expires")]
    [InlineData("""{"serial":1,"expires":"2027-01-31T00:00:00Z"}""", "issuers")]
    [InlineData("""{"serial":1,"expires":"2027-01-31T00:00:00Z","issuers":["https://a.example"]}""", "issuers")]
    [InlineData("""{"serial":1,"expires":"2027-01-31T00:00:00Z","issuers":[],"trust_all":true}""", "'trust_all'")]
    public void A_document_that_is_no_bundle_is_refused(string json, string word) =>
        Assert.Contains(word, Assert.Throws<InvalidBundleException>(() => TrustBundle.Parse(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{}""", "no issuer")]
    [InlineData("""{"issuer":7}""", "no issuer")]
    [InlineData("""{"issuer":"orders"}""", "not a URL")]
    [InlineData("""{"issuer":"http://a.example"}""", "not https")]
    [InlineData("""{"issuer":"https://a:b@a.example"}""", "user name")]
    [InlineData("""{"issuer":"https://a.example#x"}""", "fragment")]
    [InlineData("""{"issuer":"https://a.example?tenant=1"}""", "query")]
    [InlineData("""{"issuer":"https://a.example","jwks_uri":"http://127.0.0.1:9/keys"}""", "own machine")]
    [InlineData("""{"issuer":"https://a.example","metadata_uri":"https://localhost/m"}""", "own machine")]
    [InlineData("""{"issuer":"https://a.example","subject":["*"]}""", "'subject'")]
    [InlineData("""{"issuer":"https://a.example","subjects":"*"}""", "array of strings")]
    [InlineData("""{"issuer":"https://a.example","subjects":[]}""", "one subject or more")]
    [InlineData("""{"issuer":"https://a.example","subjects":["a*b"]}""", "star")]
    [InlineData("""{"issuer":"https://a.example","scopes":["a b"]}""", "scope tokens")]
    [InlineData("""{"issuer":"https://a.example","scopes":["*","a"]}""", "alone")]
    [InlineData("""{"issuer":"https://a.example","algorithms":[]}""", "asymmetric")]
    [InlineData("""{"issuer":"https://a.example","algorithms":["HS256"]}""", "asymmetric")]
    [InlineData("""{"issuer":"https://a.example","algorithms":["none"]}""", "'none'")]
    [InlineData("""{"issuer":"https://a.example","max_lifetime":0}""", "max_lifetime")]
    [InlineData("""{"issuer":"https://a.example","max_lifetime":86401}""", "max_lifetime")]
    [InlineData("""{"issuer":"https://a.example","profile":"lenient"}""", "'lenient'")]
    [InlineData("""{"issuer":"https://a.example","jwks":{"keys":[]}}""", "without a key")]
    [InlineData("""{"issuer":"https://a.example","jwks":{}}""", "jwks")]
    [InlineData("""{"issuer":"https://a.example","jwks_uri":"http://a.example/keys"}""", "jwks_uri")]
    [InlineData("""{"issuer":"https://a.example","jwks_uri":"https://a.example/keys","metadata_uri":"https://a.example/m"}""", "several sources")]
    public void A_faulty_entry_is_named(string entry, string word) =>
        Assert.Contains(word, Assert.Throws<InvalidBundleException>(() => Parse(entry)).Message, StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_listed_at_once()
    {
        var faults = Assert.Throws<InvalidBundleException>(() => Parse("""{"issuer":"https://a.example","scope":"a","profile":"b"}""", """{"issuer":"https://b.example","odd":1}""")).Faults;
        Assert.Equal(3, faults.Count);
    }

    [Fact]
    public void An_issuer_stands_there_once() => Assert.Contains(
        "more than once", Assert.Throws<InvalidBundleException>(() => Parse("""{"issuer":"https://a.example"}""", """{"issuer":"https://a.example"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_issuers_do_not_share_a_key()
    {
        var key = SampleKeys.Of("ES256").ToVerificationKey();
        var fault = Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, Expires,
            [new TrustEntry { Issuer = "https://a.example", Keys = new KeySet([key]) }, new TrustEntry { Issuer = "https://b.example", Keys = new KeySet([key]) }]));
        Assert.Contains("same key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_issuers_do_not_share_a_key_set() => Assert.Contains("same jwks_uri", Assert.Throws<InvalidBundleException>(() => Parse(
        """{"issuer":"https://a.example","jwks_uri":"https://a.example/keys"}""", """{"issuer":"https://b.example","jwks_uri":"https://A.example:443/keys"}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void An_issuer_on_this_machine_may_have_its_keys_there() =>
        Assert.Single(Parse("""{"issuer":"http://127.0.0.1:8","jwks_uri":"http://127.0.0.1:9/keys"}""").Issuers);

    [Fact]
    public void A_private_key_is_refused_and_not_repeated()
    {
        var jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}";
        var fault = Assert.Throws<InvalidBundleException>(() => Parse("{\"issuer\":\"https://a.example\",\"jwks\":{\"keys\":[" + jwk + "]}}"));
        Assert.Contains("private key", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("jpsQ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_may_trust_nobody() => Assert.Empty(Parse().Issuers);

    [Theory]
    [InlineData("one\u202etwo")]
    [InlineData("a\u200bb")]
    [InlineData("bell\u0007")]
    [InlineData("tag\U000E0041")]
    public void What_people_review_holds_nothing_that_they_do_not_see(string text)
    {
        var entry = new TrustEntry { Issuer = "https://orders.internal" };
        Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, DateTimeOffset.UnixEpoch, [], text));
        Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, DateTimeOffset.UnixEpoch, [entry with { Comment = text }]));
        Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, DateTimeOffset.UnixEpoch, [entry with { JwksUri = $"https://orders.internal/{text}" }]));
        Assert.True(SubjectPatterns.TryParse([text], out var subjects, out _));
        Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, DateTimeOffset.UnixEpoch, [entry with { Subjects = subjects }]));
    }

    [Fact]
    public void More_than_a_thousand_issuers_are_too_many()
    {
        var entries = Enumerable.Range(0, 1001).Select(i => new TrustEntry { Issuer = $"https://{i}.example" }).ToArray();
        Assert.Contains("1000", Assert.Throws<InvalidBundleException>(() => new TrustBundle(1, Expires, entries)).Message, StringComparison.Ordinal);
        Assert.Equal(1000, TrustBundle.Parse(new TrustBundle(1, Expires, entries[..1000]).ToJson()).Issuers.Count);
    }

    [Theory]
    [InlineData(7, 6, false)]
    [InlineData(7, 7, true)]
    [InlineData(7, 8, true)]
    public void An_older_serial_is_never_taken(int highest, int offered, bool taken) =>
        Assert.Equal(taken, BundleAcceptance.Fault(new TrustBundle(offered, Expires, []), highest, null) is null);

    [Fact]
    public void One_serial_says_one_thing()
    {
        var inForce = new TrustBundle(7, Expires, []);
        Assert.Null(BundleAcceptance.Fault(new TrustBundle(7, Expires, []), 7, inForce));
        Assert.NotNull(BundleAcceptance.Fault(new TrustBundle(7, Expires.AddDays(1), []), 7, inForce));
    }

    [Theory]
    [InlineData(-1, BundleStanding.Good)]
    [InlineData(0, BundleStanding.Expired)]
    [InlineData(6, BundleStanding.Expired)]
    [InlineData(7, BundleStanding.Refused)]
    public void An_expired_bundle_is_followed_up_to_a_limit(int days, BundleStanding standing) =>
        Assert.Equal(standing, BundleAcceptance.Standing(Expires, TimeSpan.FromDays(7), Expires.AddDays(days)));

    private static SubjectPatterns Patterns(params string[] patterns) => SubjectPatterns.TryParse(patterns, out var list, out _) ? list : throw new ArgumentException(patterns[0]);

    private static TrustBundle Parse(params string[] entries) =>
        TrustBundle.Parse(Encoding.UTF8.GetBytes($$"""{"serial":1,"expires":"2027-01-31T00:00:00Z","issuers":[{{string.Join(',', entries)}}]}"""));
}
