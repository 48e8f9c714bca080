// What a resource, a scope, a client id and a credential's name may look like.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;

namespace Watchword.Tests.Issuer;

public sealed class ResourceRulesTests
{
    [Theory]
    [InlineData("https://billing")]
    [InlineData("https://billing/")]
    [InlineData("https://billing.example:8443/a%20b?x=1&y=[z]")]
    [InlineData("http://[::1]:5000")]
    [InlineData("urn:example:billing")]
    [InlineData("api://1b3f")]
    [InlineData("mailto:billing@example.com")]
    public void A_resource_is_an_absolute_uri(string text) => Assert.Null(ResourceRules.IdentifierFault(text));

    [Theory]
    [InlineData("", "1 to 256")]
    [InlineData("billing", "absolute")]
    [InlineData("/billing", "absolute")]
    [InlineData("//billing", "absolute")]
    [InlineData(":billing", "absolute")]
    [InlineData("1https://billing", "absolute")]
    [InlineData("urn:", "absolute")]
    [InlineData("https://", "absolute")]
    [InlineData("https:billing/..", "absolute")]
    [InlineData("ht tps://billing", "RFC 3986")]
    [InlineData("https://billing#", "fragment")]
    [InlineData("https://billing#a", "fragment")]
    [InlineData("https://bill ing", "RFC 3986")]
    [InlineData("https://billing\n", "RFC 3986")]
    [InlineData("https://billing/\"", "RFC 3986")]
    [InlineData("https://billing/\\", "RFC 3986")]
    [InlineData("https://billing/<x>", "RFC 3986")]
    [InlineData("https://b\u00fccher", "RFC 3986")]
    [InlineData("https://billing/%zz", "RFC 3986")]
    [InlineData("https://billing/%2", "RFC 3986")]
    [InlineData("https://me:secret@billing", "user name")]
    [InlineData("urn:watchword:admin", "reserved")]
    [InlineData("URN:Watchword:Admin", "reserved")]
    public void Anything_else_is_refused_with_its_reason(string text, string says) =>
        Assert.Contains(says, ResourceRules.IdentifierFault(text), StringComparison.Ordinal);

    [Fact]
    public void A_long_resource_is_refused()
    {
        Assert.Null(ResourceRules.IdentifierFault("https://" + new string('a', 248)));
        Assert.NotNull(ResourceRules.IdentifierFault("https://" + new string('a', 249)));
    }

    [Theory]
    [InlineData("invoices:read", true)]
    [InlineData("!#[]~", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\tb", false)]
    [InlineData("\u00e4", false)]
    [InlineData("a\u007f", false)]
    public void A_scope_is_a_scope_token(string text, bool allowed) => Assert.Equal(allowed, ResourceRules.ScopeFault(text) is null);

    [Fact]
    public void Scopes_are_bounded_sorted_and_each_there_once()
    {
        Assert.Equal(["A", "a", "b"], ResourceRules.Scopes(["b", "a", "A", "b"]));
        Assert.Null(ResourceRules.ScopeFault(new string('a', 128)));
        Assert.NotNull(ResourceRules.ScopeFault(new string('a', 129)));
        Assert.Equal(100, ResourceRules.Scopes([.. Enumerable.Range(0, 100).Select(i => $"s{i}")]).Length);
        Refused("at most 100 scopes", () => ResourceRules.Scopes([.. Enumerable.Range(0, 101).Select(i => $"s{i}")]));
        Refused("one token", () => ResourceRules.Scopes([.. Enumerable.Range(0, 20).Select(i => new string('a', 110) + i)]));
        Refused("without spaces", () => ResourceRules.Scopes(["fine", "not fine"]));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(86_400, true)]
    [InlineData(9, false)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(86_401, false)]
    [InlineData(long.MaxValue, false)]
    public void A_token_lives_ten_seconds_to_a_day(long seconds, bool allowed)
    {
        if (allowed)
            Assert.Equal(seconds, ResourceRules.Lifetime(seconds).TotalSeconds);
        else
            Refused("10 to 86400", () => ResourceRules.Lifetime(seconds));
    }

    [Theory]
    [InlineData("es256")]
    [InlineData("none")]
    [InlineData("")]
    [InlineData("HS512")]
    [InlineData("RS384")]
    public void An_algorithm_that_is_not_offered_is_refused(string name) => Refused("ES256", () => ResourceRules.ParseAlgorithm(name));

    [Theory]
    [InlineData("orders", true)]
    [InlineData("0.A_-z", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("-a", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("\u00e4", false)]
    public void A_client_id_is_plain(string text, bool allowed)
    {
        Assert.Equal(allowed, ClientRules.IsClientId(text));
        if (!allowed)
            Refused("starts with a letter or digit", () => ClientRules.RequireClientId(text));
    }

    [Fact]
    public void A_long_client_id_is_refused()
    {
        Assert.True(ClientRules.IsClientId(new string('a', 64)));
        Assert.False(ClientRules.IsClientId(new string('a', 65)));
    }

    [Fact]
    public void A_refusal_does_not_repeat_what_no_id_can_hold()
    {
        Assert.DoesNotContain("<", ClientRules.NoClient("<script>").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("<", ResourceRules.NoResource("<script>").Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\"", ResourceRules.NoScope("https://billing", "a\"b").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credentials_name_and_life_are_bounded()
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal("api-key", ClientRules.CredentialName(null));
        Assert.Equal("spring 2030", ClientRules.CredentialName("spring 2030"));
        foreach (var name in (string[])["", " a", "a ", "a\nb", "\u00e4", new string('a', 65)])
            Refused("1 to 64 printable", () => ClientRules.CredentialName(name));
        Assert.Null(ClientRules.Expiry(now, null));
        Assert.Equal(now.AddDays(3650), ClientRules.Expiry(now, TimeSpan.FromDays(3650)));
        foreach (var life in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(-1), TimeSpan.FromDays(3651), TimeSpan.MaxValue])
            Refused("3650 days", () => ClientRules.Expiry(now, life));
    }

    private static void Refused(string says, Action act)
    {
        var refused = Assert.Throws<RefusedException>(act);
        Assert.Equal(Refusal.Invalid, refused.Refusal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }
}
