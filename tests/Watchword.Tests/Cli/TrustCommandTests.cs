// The registry of trust by the tool, as an operator keeps it: who is added and removed, and the way to a signed bundle and back.
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Cli;

public sealed class TrustCommandTests
{
    private const string Orders = "https://orders.internal";
    private const string Idp = "https://idp.example/realms/main";

    [Fact]
    public async Task Issuers_are_added_listed_shown_replaced_and_removed()
    {
        await using var server = await WatchwordServer.StartAsync();
        var nobody = await server.RunCliAsync("trust", "list");
        Assert.Equal((0, ""), (nobody.ExitCode, nobody.Output));
        Assert.Contains("watchword trust add", nobody.Errors, StringComparison.Ordinal);

        var added = await server.RunCliAsync("trust", "add", Orders, "--scope", "invoices:read invoices:write", "--max-lifetime", "1m");
        Assert.True(added.ExitCode == 0, added.ToString());
        Assert.Matches("keys +from its metadata", added.Output);
        Assert.Matches("scopes +invoices:read invoices:write", added.Output);
        Assert.Matches(@"bundle +serial \d+, unsigned, expires 20", added.Output);
        Assert.Empty(added.Errors);
        (await server.RunCliAsync("trust", "add", Orders)).OneSentence(Sentences.Refused, "registered already", "--replace");
        await server.JsonAsync("trust", "add", Orders, "--replace", "--jwks-uri", Orders + "/keys");
        await server.JsonAsync(
            "trust", "add", Idp, "--profile", "keycloak", "--subject", "service-*", "--subject", "shop", "--scope", "*", "--algorithm", "RS256",
            "--metadata-uri", Idp + "/.well-known/openid-configuration", "--comment", "the company's");

        var list = await server.RunCliAsync("trust", "list");
        Assert.Matches($@"{Orders} +{Orders}/keys +itself +none +the target's +rfc9068", list.Output);
        Assert.Matches($@"{Idp} +{Idp}/\.well-known/openid-configuration \(RS256\) +service-\*, shop +all +the target's +keycloak", list.Output);
        var entries = TrustBundle.Parse(await server.Http.GetByteArrayAsync(new Uri(server.Url + "/.well-known/watchword/bundle"))).Issuers;
        Assert.Equal([Idp, Orders], entries.Select(entry => entry.Issuer));
        var shown = await server.RunCliAsync("trust", "show", Idp);
        Assert.Matches("comment +the company's", shown.Output);
        Assert.Equal("keycloak", (await server.JsonAsync("trust", "show", Idp)).GetProperty("entry").GetProperty("profile").GetString());

        Assert.Equal($"Removed {Idp} from the registry.", (await server.RunCliAsync("trust", "remove", Idp)).Output.TrimEnd());
        (await server.RunCliAsync("trust", "remove", Idp)).OneSentence(Sentences.Refused, "not registered");
        (await server.RunCliAsync("trust", "show", Idp)).OneSentence(Sentences.Refused, "not registered");
        Assert.Single((await server.JsonAsync("trust", "list")).GetProperty("issuers").EnumerateArray());
    }

    [Fact]
    public async Task Keys_are_written_into_the_bundle_their_public_halves_alone()
    {
        await using var server = await WatchwordServer.StartAsync();
        var secret = Path.Combine(server.Home, "orders.jwk");
        var made = await server.RunCliAsync("key", "generate", "--algorithm", "ES256", "--out", secret);
        var one = server.Write("one.json", made.Output);
        await server.JsonAsync("trust", "add", Orders, "--jwks-file", one);
        var entry = (await server.JsonAsync("trust", "show", Orders)).GetProperty("entry");
        Assert.Equal(Jwk.Parse(System.Text.Encoding.UTF8.GetBytes(made.Output)).KeyId, Assert.Single(entry.GetProperty("jwks").GetProperty("keys").EnumerateArray()).GetProperty("kid").GetString());
        var set = server.Write("set.json", $$"""{"keys":[{{made.Output}}]}""");
        await server.JsonAsync("trust", "add", Orders, "--jwks-file", set, "--replace");

        (await server.RunCliAsync("trust", "add", "https://billing.internal", "--jwks-file", one)).OneSentence(Sentences.Misuse, "same key", Orders);
        (await server.RunCliAsync("trust", "add", Idp, "--jwks-file", secret)).OneSentence(Sentences.Misuse, "private key");
        (await server.RunCliAsync("trust", "add", Idp, "--jwks-file", server.Write("page.html", "<html>"))).OneSentence(Sentences.Misuse, "not a JSON Web Key Set");
        (await server.RunCliAsync("trust", "add", Idp, "--jwks-file", one, "--jwks-uri", Idp + "/keys")).OneSentence(Sentences.Misuse, "several sources");
        Assert.Single((await server.JsonAsync("trust", "list")).GetProperty("issuers").EnumerateArray());
    }

    [Fact]
    public async Task What_cannot_be_registered_is_refused_with_a_sentence()
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("trust", "add", server.Url)).OneSentence(Sentences.Misuse, "this issuer itself", "Issuer", "beside TrustBundle");
        (await server.RunCliAsync("trust", "add", Orders, "--jwks-uri", server.Url + "/.well-known/jwks.json")).OneSentence(Sentences.Misuse, "the keys of this issuer itself");
        (await server.RunCliAsync("trust", "add", Orders, "--jwks-uri", "http://127.0.0.1:9/keys")).OneSentence(Sentences.Misuse, "own machine");
        (await server.RunCliAsync("trust", "add", "orders")).OneSentence(Sentences.Misuse, "not a URL");
        (await server.RunCliAsync("trust", "add", Orders, "--profile", "odd")).OneSentence(Sentences.Misuse, "profile", "keycloak");
        (await server.RunCliAsync("trust", "add", Orders, "--algorithm", "HS256")).OneSentence(Sentences.Misuse, "asymmetric");
        (await server.RunCliAsync("trust", "add", Orders, "--subject", "a*b")).OneSentence(Sentences.Misuse, "star");
        (await server.RunCliAsync("trust", "add", Orders, "--max-lifetime", "2d")).OneSentence(Sentences.Misuse, "max_lifetime");
        (await server.RunCliAsync("trust", "publish")).OneSentence(Sentences.Misuse, "--unsigned");
        await server.StopAsync();
        (await server.RunCliAsync("trust", "list")).OneSentence(Sentences.Unreachable, "No issuer is serving");
    }

    [Fact]
    public async Task A_bundle_is_exported_signed_offline_and_published_until_unsigned_is_said()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.JsonAsync("trust", "add", Orders);
        var exported = await server.RunCliAsync("trust", "export");
        Assert.Contains("watchword bundle sign", exported.Errors, StringComparison.Ordinal);
        Assert.Equal(exported.Output, (await server.RunCliAsync("trust", "export", "--output", "json")).Output);
        var draft = server.Write("draft.json", exported.Output);
        (await server.RunCliAsync("trust", "publish", draft)).OneSentence(Sentences.Misuse, "not signed", "bundle sign");
        var secret = Path.Combine(server.Home, "pin.jwk");
        var shown = server.Write("pin-public.jwk", (await server.RunCliAsync("key", "generate", "--algorithm", "ES256", "--out", secret)).Output);
        var signed = server.Write("bundle.jwt", (await server.RunCliAsync("bundle", "sign", draft, "--key", secret)).Output);
        Assert.Matches(@"bundle +serial \d+, signed", (await server.RunCliAsync("trust", "publish", signed)).Output);
        var place = server.Url + "/.well-known/watchword/bundle";
        Assert.Matches("signature +good", (await server.RunCliAsync("bundle", "verify", place, "--key", shown)).Output);
        (await server.RunCliAsync("trust", "publish", signed)).OneSentence(Sentences.Refused, "published already");

        var late = await server.RunCliAsync("trust", "add", "https://billing.internal");
        Assert.Contains("lags behind the registry", late.Errors, StringComparison.Ordinal);
        Assert.All(
            await Task.WhenAll(server.RunCliAsync("trust", "list"), server.RunCliAsync("trust", "show", Orders)),
            run => Assert.Contains("lags behind the registry", run.Errors, StringComparison.Ordinal));
        Assert.True((await server.JsonAsync("trust", "list")).GetProperty("bundle").GetProperty("lags").GetBoolean());
        Assert.Contains("lags behind the registry", (await server.RunCliAsync("doctor")).Output, StringComparison.Ordinal);
        await server.Process!.WaitForLineAsync(line => line.Contains("lags behind the registry", StringComparison.Ordinal));

        var published = await server.Http.GetStringAsync(new Uri(place));
        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.Equal(published, await server.Http.GetStringAsync(new Uri(place)));
        await server.JsonAsync("trust", "publish", "--unsigned");
        Assert.Equal(1, (await server.RunCliAsync("bundle", "verify", place, "--key", shown)).ExitCode);
        Assert.Equal(2, TrustBundle.Parse(await server.Http.GetByteArrayAsync(new Uri(place))).Issuers.Count);
    }
}
