// SECURITY 15 to 17: nothing is learnt from a refusal, one way of authenticating, and a secret is right or wrong.
using System.Text;
using Watchword.Encodings;
using Watchword.Issuer.Clients;
using Watchword.Tests.Issuer;

namespace Watchword.Tests.Attacks;

public sealed class TokenEndpointAuthenticationTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    private const string Grant = "client_credentials";

    [Fact]
    public async Task Unknown_client_and_wrong_secret_get_the_same_answer()
    {
        var client = await server.AddClientAsync();
        var disabled = await server.AddClientAsync();
        await server.AdminAsync(HttpMethod.Post, $"clients/{disabled.Id}/disable");
        var revoked = await server.AddClientAsync();
        await server.AdminAsync(HttpMethod.Delete, "credentials/" + revoked.CredentialId);
        var other = await server.AddClientAsync();

        TestClient[] wrong =
        [
            client with { Id = "nobody" },
            client with { ApiKey = other.ApiKey },
            client with { ApiKey = Mistyped(client.ApiKey) },
            client with { ApiKey = "guess" },
            new TestClient("nobody", "", Forged()),
            client with { ApiKey = Forged(client.CredentialId) },
            disabled,
            revoked,
        ];

        var answers = new HashSet<string>();
        foreach (var attempt in wrong)
        {
            var reply = (await server.AskAsync(attempt)).Refused(401, "invalid_client");
            answers.Add(reply.Json + Heads(reply));
            var basic = await server.AskAsync([("grant_type", Grant)], request => request.Headers.TryAddWithoutValidation("Authorization", attempt.Basic));
            answers.Add(basic.Json + Heads(basic));
        }
        Assert.Single(answers);
    }

    [Fact]
    public async Task Every_401_names_the_scheme()
    {
        var client = await server.AddClientAsync();
        var reply = (await server.AskAsync(client with { ApiKey = "wrong" })).Refused(401, "invalid_client");
        Assert.StartsWith("Basic realm=", Assert.Single(reply.Http.Headers.WwwAuthenticate).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_without_a_credential_is_refused() =>
        (await server.AskAsync([("grant_type", Grant), ("client_id", (await server.AddClientAsync()).Id)])).Refused(401, "invalid_client");

    [Theory]
    [InlineData("+")]
    [InlineData("A")]
    [InlineData(" ")]
    [InlineData("=")]
    [InlineData("\n")]
    [InlineData("ä")]
    public async Task Secret_with_anything_after_it_is_refused(string more)
    {
        var client = await server.AddClientAsync();
        (await server.AskAsync(client with { ApiKey = client.ApiKey + more })).Refused(401, "invalid_client");
        (await server.AskAsync(client with { ApiKey = more + client.ApiKey })).Refused(401, "invalid_client");
    }

    [Fact]
    public async Task Secret_cut_short_doubled_or_in_another_case_is_refused()
    {
        var client = await server.AddClientAsync();
        var key = client.ApiKey;
        string[] wrong =
            [key[..^1], key[1..], key[..30], key + key, key.ToUpperInvariant(), key.ToLowerInvariant(), key.Replace('_', '-'), "wwk_", "___"];
        foreach (var secret in wrong) (await server.AskAsync(client with { ApiKey = secret })).Refused(401, "invalid_client");
        (await server.AskAsync(client with { ApiKey = new string('A', 9_000) })).Refused(401, "invalid_client");
        (await server.AskAsync(client with { ApiKey = key + new string('A', 9_000) })).Refused(401, "invalid_client");
        Assert.Equal(200, (await server.AskAsync(client)).Status);
    }

    [Fact]
    public async Task Long_credentials_in_headers_are_refused()
    {
        var client = await server.AddClientAsync();
        var secret = client.ApiKey + new string('A', 9_000);
        (await AskAsync("X-API-Key", secret)).Refused(401, "invalid_client");
        (await AskAsync("Authorization", (client with { ApiKey = secret }).Basic)).Refused(401, "invalid_client");
    }

    [Fact]
    public async Task Two_ways_of_authenticating_are_refused()
    {
        var client = await server.AddClientAsync();
        (string, string)[] none = [("grant_type", Grant)];
        (string, string)[] body = [("grant_type", Grant), ("client_id", client.Id), ("client_secret", client.ApiKey)];
        (string, string)[] assertion = [("grant_type", Grant), ("client_assertion", "x"), ("client_assertion_type", "y")];

        (await server.AskAsync(body, Basic)).Refused(400, "invalid_request");
        (await server.AskAsync(body, InHeader)).Refused(400, "invalid_request");
        (await server.AskAsync(none, request => { Basic(request); InHeader(request); })).Refused(400, "invalid_request");
        (await server.AskAsync(assertion, Basic)).Refused(400, "invalid_request");
        (await server.AskAsync([.. body, ("client_assertion", "x")])).Refused(400, "invalid_request");
        (await server.AskAsync(body, request => request.Headers.TryAddWithoutValidation("Authorization", "Bearer x"))).Refused(400, "invalid_request");

        void Basic(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Authorization", client.Basic);
        void InHeader(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("X-API-Key", client.ApiKey);
    }

    [Theory]
    [InlineData("Authorization", "Authorization")]
    [InlineData("X-API-Key", "X-API-Key")]
    [InlineData("X-API-Key", "x-api-key")]
    [InlineData("authorization", "X-API-Key")]
    public async Task Two_headers_that_authenticate_are_refused(string one, string other)
    {
        var client = await server.AddClientAsync();
        var reply = await RawAsync($"{Line(one)}\n{Line(other)}\nContent-Type: application/x-www-form-urlencoded", "grant_type=" + Grant);
        Assert.StartsWith("HTTP/1.1 400 ", reply, StringComparison.Ordinal);
        Assert.Contains("invalid_request", reply);

        string Line(string name) => $"{name}: {(name.StartsWith('X') || name.StartsWith('x') ? client.ApiKey : client.Basic)}";
    }

    [Fact]
    public async Task Other_ways_of_authenticating_are_refused()
    {
        (await AskAsync("Authorization", "Bearer x")).Refused(401, "invalid_client");
        (await server.AskAsync([("grant_type", Grant), ("client_assertion", "x")])).Refused(401, "invalid_client");
    }

    [Fact]
    public async Task Client_id_beside_a_credential_must_be_its_own()
    {
        var client = await server.AddClientAsync();
        var other = await server.AddClientAsync();
        (string, string)[] form = [("grant_type", Grant), ("client_id", other.Id)];
        (await server.AskAsync(form, request => request.Headers.TryAddWithoutValidation("Authorization", client.Basic))).Refused(401, "invalid_client");
        (await server.AskAsync(form, request => request.Headers.Add("X-API-Key", client.ApiKey))).Refused(401, "invalid_client");
        (await server.AskAsync(client with { Id = other.Id })).Refused(401, "invalid_client");
        (await server.AskAsync([("grant_type", Grant), ("client_secret", client.ApiKey)])).Refused(400, "invalid_request");
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic =")]
    [InlineData("Basic ====")]
    [InlineData("Basic Og==")]
    [InlineData("Basic b3JkZXJz")]
    [InlineData("Basic b3JkZXJzOg==")]
    [InlineData("Basic OnNlY3JldA==")]
    [InlineData("Basic b3JkZXJzOnNlY3JldA")]
    [InlineData("Basic b3JkZXJz OnNlY3JldA==")]
    [InlineData("Basic b3JkZXJzOnNlY3JldA==,Basic b3JkZXJzOnNlY3JldA==")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic /////w==")]
    [InlineData("Basic b3JkZXJzOiV6eg==")]
    [InlineData("Basic b3JkZXJzOiUw")]
    [InlineData("Basic b3JkZXJzOnMAcw==")]
    [InlineData("Basic b3JkZXJzOiUwMA==")]
    [InlineData("Basic b3JkZXJzOsOk/w==")]
    [InlineData("Basicb3JkZXJzOnNlY3JldA==")]
    [InlineData("b3JkZXJzOnNlY3JldA==")]
    [InlineData("Negotiate b3JkZXJzOnNlY3JldA==")]
    [InlineData("")]
    public async Task Malformed_basic_is_refused(string header)
    {
        var reply = await RawAsync($"Authorization: {header}\nContent-Type: application/x-www-form-urlencoded", "grant_type=client_credentials");
        Assert.Matches("^HTTP/1.1 (400|401) ", reply);
        Assert.Contains("invalid_", reply);
    }

    [Fact]
    public async Task Failed_attempts_are_logged_without_the_secret()
    {
        var client = await server.AddClientAsync();
        var secret = client.ApiKey[..^6] + "AAAAAA";
        await server.AskAsync(client with { ApiKey = secret });
        await server.AskAsync(new TestClient(client.ApiKey, "", "swapped"));
        await AskAsync("X-API-Key", client.ApiKey + "x");
        await server.AskAsync([("grant_type", Grant), ("client_id", "a\r\nInformation forged: line"), ("client_secret", "x")]);

        Assert.Contains($"authentications as '{client.Id}'", server.Log.Text);
        Assert.DoesNotContain(client.ApiKey[21..60], server.Log.Text);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains('\r') || line.Contains("\nInformation forged"));
    }

    private Task<TokenReply> AskAsync(string header, string value) =>
        server.AskAsync([("grant_type", Grant)], request => request.Headers.TryAddWithoutValidation(header, value));

    private Task<string> RawAsync(string headers, string body) => RawHttp.SendAsync(
        server.Address,
        $"POST /oauth2/token HTTP/1.1\nHost: x\n{headers}\nContent-Length: {body.Length}",
        Encoding.ASCII.GetBytes(body));

    private static string Heads(TokenReply reply) =>
        string.Join('\n', reply.Http.Headers.Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));

    // Another letter in the secret; the check no longer fits.
    private static string Mistyped(string key) => key[..30] + (key[30] == 'A' ? 'B' : 'A') + key[31..];

    // Well-formed, with a right check, and of nobody; or of a credential that exists.
    private static string Forged(string? credentialId = null)
    {
        var key = ApiKey.Generate().Reveal();
        if (credentialId is null) return key;
        var body = $"wwk_{credentialId}_{key[21..64]}";
        var check = new char[6];
        Base62.Write(Crc32.Of(Encoding.ASCII.GetBytes(body)), check);
        return $"{body}_{new string(check)}";
    }
}
