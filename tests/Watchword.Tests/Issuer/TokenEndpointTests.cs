// What a client gets from the token endpoint (RFC 6749 §4.4, §5.1; RFC 8707; RFC 9068).
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class TokenEndpointTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    [Fact]
    public async Task Token_is_issued_to_a_client_with_its_key_in_the_body()
    {
        var client = await server.AddClientAsync();

        var reply = await server.AskAsync(client);

        Assert.Equal(200, reply.Status);
        Assert.Equal("Bearer", reply.Json.GetProperty("token_type").GetString());
        Assert.Equal(300, reply.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(240, reply.Json.GetProperty("refresh_in").GetInt32());
        Assert.Equal("invoices:read invoices:write", reply.Scope);
        Assert.False(reply.Http.Headers.TransferEncodingChunked ?? false);
    }

    [Fact]
    public async Task Token_is_issued_for_basic_authentication()
    {
        var client = await server.AddClientAsync();
        var reply = await server.AskAsync(
            [("grant_type", "client_credentials")], request => request.Headers.TryAddWithoutValidation("Authorization", client.Basic));
        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Both_parts_of_basic_are_form_decoded()
    {
        var client = await server.AddClientAsync();
        var encoded = string.Concat(Encoding.ASCII.GetBytes(client.Id).Select(letter => $"%{letter:x2}")) + ":" + client.ApiKey.Replace("_", "%5F");
        var reply = await server.AskAsync(
            [("grant_type", "client_credentials"), ("client_id", client.Id)],
            request => request.Headers.TryAddWithoutValidation("Authorization", "basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(encoded))));
        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Token_is_issued_for_a_bare_key_in_a_header()
    {
        var client = await server.AddClientAsync();
        var reply = await server.AskAsync(
            [("grant_type", "client_credentials")], request => request.Headers.Add("X-API-Key", client.ApiKey));
        Assert.Equal(200, reply.Status);
        Assert.Equal(client.Id, reply.Claims().GetProperty("sub").GetString());
    }

    [Fact]
    public async Task Token_is_an_rfc_9068_access_token_that_the_published_keys_verify()
    {
        var client = await server.AddClientAsync();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        var reply = await server.AskAsync(client, ("resource", IssuerServer.Billing), ("scope", "invoices:read"));

        Assert.Equal("at+jwt", reply.Header().GetProperty("typ").GetString());
        Assert.Equal("ES256", reply.Header().GetProperty("alg").GetString());
        var claims = reply.Claims();
        Assert.Equal(
            ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"],
            claims.EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
        Assert.Equal(client.Id, claims.GetProperty("client_id").GetString());
        // Now, in seconds; the clock may be set meanwhile.
        Assert.InRange(claims.GetProperty("iat").GetInt64(), before - 60, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60);
        Assert.Equal(300, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.InRange(claims.GetProperty("jti").GetString()!.Length, 22, 64);

        var keys = KeySet.Parse(await server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
        var rules = new JwtRules { Issuer = IssuerServer.Name, Audience = IssuerServer.Billing };
        var verdict = new JwtVerifier(rules, keys, TimeProvider.System).Verify(reply.Token);
        Assert.True(verdict.IsAccepted, verdict.Rejection?.Message);
    }

    [Fact]
    public async Task Each_token_has_an_id_of_its_own()
    {
        var client = await server.AddClientAsync();
        var ids = new HashSet<string>();
        for (var i = 0; i < 20; i++) Assert.True(ids.Add((await server.AskAsync(client)).Claims().GetProperty("jti").GetString()!));
    }

    [Fact]
    public async Task Absent_resource_is_the_only_one_granted()
    {
        var client = await server.AddClientAsync();
        Assert.Equal(IssuerServer.Billing, (await server.AskAsync(client)).Claims().GetProperty("aud").GetString());
        Assert.Equal(IssuerServer.Billing, (await server.AskAsync(client, ("resource", ""))).Claims().GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Absent_resource_with_several_granted_is_refused()
    {
        var client = await server.AddClientAsync();
        await server.AddResourceAsync("https://stock", "read");
        await server.GrantAsync(client.Id, "https://stock", "read");

        (await server.AskAsync(client)).Refused(400, "invalid_target");

        Assert.Equal("https://stock", (await server.AskAsync(client, ("resource", "https://stock"))).Claims().GetProperty("aud").GetString());
    }

    [Fact]
    public async Task Two_resources_in_one_request_are_refused()
    {
        var client = await server.AddClientAsync();
        (await server.AskAsync(client, ("resource", IssuerServer.Billing), ("resource", IssuerServer.Billing))).Refused(400, "invalid_target");
    }

    [Theory]
    [InlineData("https://billing/")]
    [InlineData("HTTPS://BILLING")]
    [InlineData("https://nowhere")]
    [InlineData("https://billing#part")]
    [InlineData("billing")]
    [InlineData("urn:watchword:admin")]
    public async Task A_resource_that_is_not_granted_exactly_is_refused(string resource)
    {
        var client = await server.AddClientAsync();
        (await server.AskAsync(client, ("resource", resource))).Refused(400, "invalid_target");
    }

    [Fact]
    public async Task Client_without_a_grant_gets_nothing()
    {
        var client = await server.AddClientAsync(granted: null);
        (await server.AskAsync(client)).Refused(400, "unauthorized_client");
        (await server.AskAsync(client, ("resource", IssuerServer.Billing))).Refused(400, "invalid_target");
    }

    [Theory]
    [InlineData("invoices:read", "invoices:read")]
    [InlineData("invoices:write invoices:read", "invoices:read invoices:write")]
    [InlineData("invoices:read invoices:read", "invoices:read")]
    [InlineData("", "invoices:read invoices:write")]
    public async Task Answer_says_which_scope_was_granted(string asked, string granted)
    {
        var client = await server.AddClientAsync();
        var reply = await server.AskAsync(client, ("scope", asked));
        Assert.Equal(granted, reply.Scope);
        Assert.Equal(granted, reply.Claims().GetProperty("scope").GetString());
    }

    [Theory]
    [InlineData("invoices:delete")]
    [InlineData("invoices:read invoices:delete")]
    [InlineData("INVOICES:READ")]
    [InlineData(" invoices:read")]
    [InlineData("invoices:read  invoices:write")]
    [InlineData("invoices:read,invoices:write")]
    [InlineData("invoices:read\tinvoices:write")]
    public async Task Scope_that_is_unknown_not_granted_or_malformed_is_refused(string scope)
    {
        var client = await server.AddClientAsync();
        (await server.AskAsync(client, ("scope", scope))).Refused(400, "invalid_scope");
    }

    [Fact]
    public async Task Scope_of_the_resource_that_this_client_does_not_have_is_refused()
    {
        var client = await server.AddClientAsync("invoices:read");
        (await server.AskAsync(client, ("scope", "invoices:write"))).Refused(400, "invalid_scope");
        Assert.Equal("invoices:read", (await server.AskAsync(client)).Scope);
    }

    [Theory]
    [InlineData(null, "invalid_request")]
    [InlineData("", "invalid_request")]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("authorization_code", "unsupported_grant_type")]
    [InlineData("CLIENT_CREDENTIALS", "unsupported_grant_type")]
    public async Task Other_grant_types_are_refused(string? type, string code)
    {
        var client = await server.AddClientAsync();
        List<(string, string)> form = [("client_id", client.Id), ("client_secret", client.ApiKey)];
        if (type is not null) form.Add(("grant_type", type));
        (await server.AskAsync(form)).Refused(400, code);
    }

    [Fact]
    public async Task Unknown_parameters_are_ignored()
    {
        var client = await server.AddClientAsync();
        Assert.Equal(200, (await server.AskAsync(client, ("audience", "x"), ("nonsense", "ü €"))).Status);
    }

    [Fact]
    public async Task Token_for_a_resource_with_a_shared_secret_is_verified_by_that_secret_alone()
    {
        var made = await server.AddResourceAsync("https://classic", "read", ""","algorithm":"HS256" """);
        Assert.True(SharedSecret.TryParse(made.GetProperty("shared_secret").GetString()!, out var secret, out _));
        var client = await server.AddClientAsync("read", "https://classic");

        var reply = await server.AskAsync(client);

        Assert.Equal("HS256", reply.Header().GetProperty("alg").GetString());
        Assert.Equal(secret.KeyId, reply.Header().GetProperty("kid").GetString());
        var rules = new JwtRules { Issuer = IssuerServer.Name, Audience = "https://classic", Algorithms = [SignatureAlgorithm.HS256] };
        Assert.True(new JwtVerifier(rules, new KeySet([secret.ToVerificationKey()]), TimeProvider.System).Verify(reply.Token).IsAccepted);
        Assert.DoesNotContain(secret.KeyId, await server.Http.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
    }

    [Theory]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public async Task Resource_may_choose_the_algorithm_and_the_lifetime(string algorithm)
    {
        var resource = "https://" + algorithm.ToLowerInvariant();
        await server.AddResourceAsync(resource, "read", $$""","algorithm":"{{algorithm}}","token_lifetime":60""");
        var client = await server.AddClientAsync("read", resource);

        var reply = await server.AskAsync(client);

        Assert.Equal(algorithm, reply.Header().GetProperty("alg").GetString());
        Assert.Equal(60, reply.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal(48, reply.Json.GetProperty("refresh_in").GetInt32());
        var keys = KeySet.Parse(await server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
        var rules = new JwtRules { Issuer = IssuerServer.Name, Audience = resource };
        Assert.True(new JwtVerifier(rules, keys, TimeProvider.System).Verify(reply.Token).IsAccepted);
    }

    [Fact]
    public async Task Token_over_4_KiB_is_not_issued()
    {
        // The longest names that the rules allow fit; with the longest host name a URL can have, they no longer do.
        await using var longName = new IssuerServer { Issuer = "https://" + string.Join('.', Enumerable.Repeat(new string('h', 60), 4)) };
        await longName.InitializeAsync();
        var scopes = string.Join(' ', Enumerable.Range(0, 20).Select(i => $"{i:00}" + new string('s', 99)));
        var resource = "https://large/" + new string('r', 242);
        await longName.AddResourceAsync(resource, scopes, ""","algorithm":"RS256" """);
        var client = await longName.AddClientAsync(scopes, resource);

        (await longName.AskAsync(client)).Refused(400, "invalid_scope");

        Assert.Equal(200, (await longName.AskAsync(client, ("scope", scopes.Split(' ')[7]))).Status);
    }
}
