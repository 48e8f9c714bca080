// The admin API over its Unix socket: what it makes, shows, changes and removes.
using System.Net;
using System.Text;
using System.Text.Json;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class AdminApiTests(IssuerServer server) : IClassFixture<IssuerServer>
{
    [Fact]
    public async Task Status_says_which_issuer_this_is()
    {
        var status = await server.AdminAsync(HttpMethod.Get, "status");
        Assert.Equal(["issuer", "version", "data_folder", "started"], Names(status));
        Assert.Equal(IssuerServer.Name, status.GetProperty("issuer").GetString());
        Assert.Equal(server.DataFolder, status.GetProperty("data_folder").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", status.GetProperty("started").GetString());
    }

    [Fact]
    public async Task Resource_is_made_shown_listed_and_removed()
    {
        var made = await server.AdminAsync(HttpMethod.Post, "resources", """{"resource":"https://a/b?c=d","scopes":["x","y"],"token_lifetime":120}""");
        Assert.Equal(["resource", "scopes", "token_lifetime", "algorithm", "created"], Names(made));
        Assert.Equal("ES256", made.GetProperty("algorithm").GetString());
        Assert.Equal(120, made.GetProperty("token_lifetime").GetInt32());

        var path = "resources?resource=" + Uri.EscapeDataString("https://a/b?c=d");
        Assert.Equal(made.ToString(), (await server.AdminAsync(HttpMethod.Get, path)).ToString());
        var all = (await server.AdminAsync(HttpMethod.Get, "resources")).GetProperty("resources").EnumerateArray();
        Assert.Single(all, resource => resource.GetProperty("resource").GetString() == "https://a/b?c=d");

        using var removed = await server.AdminSendAsync(HttpMethod.Delete, path);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await RefusedAsync(HttpMethod.Get, path, null, 404, "not_found");
        await RefusedAsync(HttpMethod.Delete, path, null, 404, "not_found");
    }

    [Fact]
    public async Task Shared_secret_is_shown_once()
    {
        var made = await server.AdminAsync(HttpMethod.Post, "resources", """{"resource":"urn:classic","scopes":[],"algorithm":"HS256"}""");
        Assert.True(SharedSecret.TryParse(made.GetProperty("shared_secret").GetString()!, out _, out _));
        Assert.DoesNotContain("shared_secret", Names(await server.AdminAsync(HttpMethod.Get, "resources?resource=urn:classic")));
    }

    [Fact]
    public async Task Client_is_made_shown_listed_and_removed()
    {
        var made = await server.AdminAsync(HttpMethod.Post, "clients", """{"client_id":"shop.1","credential_name":"first","expires_in":3600}""");
        Assert.Equal(["client_id", "created", "disabled", "credential_id", "credential_name", "expires", "api_key"], Names(made));
        Assert.False(made.GetProperty("disabled").GetBoolean());
        Assert.StartsWith("wwk_" + made.GetProperty("credential_id").GetString(), made.GetProperty("api_key").GetString(), StringComparison.Ordinal);

        await server.AddResourceAsync("https://shop");
        await server.GrantAsync("shop.1", "https://shop", "invoices:write invoices:read");
        var shown = await server.AdminAsync(HttpMethod.Get, "clients/shop.1");
        Assert.Equal("first", shown.GetProperty("credentials")[0].GetProperty("name").GetString());
        Assert.Equal("https://shop", shown.GetProperty("grants")[0].GetProperty("resource").GetString());
        Assert.DoesNotContain(made.GetProperty("api_key").GetString()![21..60], shown.ToString());
        Assert.Contains("shop.1", (await server.AdminAsync(HttpMethod.Get, "clients")).ToString());

        await server.AdminAsync(HttpMethod.Delete, "clients/shop.1");
        await RefusedAsync(HttpMethod.Get, "clients/shop.1", null, 404, "not_found");
    }

    [Fact]
    public async Task Client_is_disabled_and_enabled()
    {
        var client = await server.AddClientAsync();
        Assert.True((await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/disable")).GetProperty("disabled").GetBoolean());
        Assert.False((await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/enable", "{}")).GetProperty("disabled").GetBoolean());
    }

    [Fact]
    public async Task Credentials_are_added_listed_and_revoked()
    {
        var client = await server.AddClientAsync();
        var made = await server.AdminAsync(HttpMethod.Post, $"clients/{client.Id}/credentials", """{"name":"second","expires_in":60}""");
        Assert.Equal(["client_id", "credential_id", "name", "created", "expires", "api_key"], Names(made));
        var list = (await server.AdminAsync(HttpMethod.Get, $"clients/{client.Id}/credentials")).GetProperty("credentials");
        Assert.Equal(2, list.GetArrayLength());

        var revoked = await server.AdminAsync(HttpMethod.Delete, "credentials/" + made.GetProperty("credential_id").GetString());
        Assert.Contains("revoked", Names(revoked));
        await RefusedAsync(HttpMethod.Delete, "credentials/nobody", null, 404, "not_found");
    }

    [Fact]
    public async Task Grants_add_up_and_may_be_repeated()
    {
        var client = await server.AddClientAsync("invoices:read");
        var grant = await server.GrantAsync(client.Id, IssuerServer.Billing, "invoices:write");
        Assert.Equal(["client_id", "resource", "scopes"], Names(grant));
        Assert.Equal("""["invoices:read","invoices:write"]""", grant.GetProperty("scopes").GetRawText());
        Assert.Equal(grant.ToString(), (await server.GrantAsync(client.Id, IssuerServer.Billing, "invoices:write")).ToString());

        await server.AdminAsync(HttpMethod.Delete, $"clients/{client.Id}/grants?resource=https%3A%2F%2Fbilling&scope=invoices:read");
        var left = (await server.AdminAsync(HttpMethod.Get, $"clients/{client.Id}/grants")).GetProperty("grants");
        Assert.Equal("""["invoices:write"]""", left[0].GetProperty("scopes").GetRawText());
    }

    [Fact]
    public async Task Backup_is_one_new_file()
    {
        var file = Path.Combine(server.DataFolder, "..", "copy.db");
        var path = Path.GetFullPath(file);
        var body = $$"""{"file":"{{path}}"}""";
        var made = await server.AdminAsync(HttpMethod.Post, "backup", body);
        Assert.Equal(new FileInfo(path).Length, made.GetProperty("bytes").GetInt64());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));

        await RefusedAsync(HttpMethod.Post, "backup", body, 409, "already_exists");
        await RefusedAsync(HttpMethod.Post, "backup", """{"file":"relative.db"}""", 400, "invalid_request");
    }

    [Theory]
    [InlineData("resources", """{"resource":"https://twice","scopes":["a"]}""")]
    [InlineData("clients", """{"client_id":"twice"}""")]
    public async Task What_is_there_already_is_a_conflict(string path, string body)
    {
        await server.AdminAsync(HttpMethod.Post, path, body);
        await RefusedAsync(HttpMethod.Post, path, body, 409, "already_exists");
    }

    [Theory]
    [InlineData("clients", """{"client_id":"x","client_id":"y"}""")]
    [InlineData("clients", """{"client_id":"x","client\u005fid":"y"}""")]
    [InlineData("clients", """{"client_id":"x","Client_id":"y"}""")]
    [InlineData("clients", """{"client_id":"x","admin":true}""")]
    [InlineData("clients", """{"client_id":7}""")]
    [InlineData("clients", """{"client_id":"\ud800"}""")]
    [InlineData("clients", """{"client_id":"ab\u0000"}""")]
    [InlineData("clients", """{"client_id":"../x"}""")]
    [InlineData("clients", """{"client_id":""}""")]
    [InlineData("clients", """{"client_id":"x","expires_in":0}""")]
    [InlineData("clients", """{"client_id":"x","expires_in":-1}""")]
    [InlineData("clients", """{"client_id":"x","expires_in":1e400}""")]
    [InlineData("clients", """{"client_id":"x","expires_in":1.5}""")]
    [InlineData("clients", """{"client_id":"x","expires_in":"60"}""")]
    [InlineData("clients", "{}")]
    [InlineData("clients", "")]
    [InlineData("clients", "[]")]
    [InlineData("clients", "null")]
    [InlineData("clients", """{"client_id":"x",}""")]
    [InlineData("clients", """{"client_id":"x"} {}""")]
    [InlineData("clients", """{"client_id":"x"/**/}""")]
    [InlineData("resources", """{"resource":"no uri","scopes":[]}""")]
    [InlineData("resources", """{"resource":"https://x#y","scopes":[]}""")]
    [InlineData("resources", """{"resource":"urn:watchword:admin","scopes":[]}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":"read"}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":["a b"]}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":["\""]}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":[1]}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":[],"algorithm":"none"}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":[],"algorithm":"es256"}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":[],"token_lifetime":9}""")]
    [InlineData("resources", """{"resource":"https://x","scopes":[],"token_lifetime":86401}""")]
    public async Task Bad_input_is_refused_with_a_sentence(string path, string body) =>
        await RefusedAsync(HttpMethod.Post, path, body, 400, "invalid_request");

    [Theory]
    [InlineData("GET", "nonsense")]
    [InlineData("GET", "")]
    [InlineData("PUT", "clients")]
    [InlineData("GET", "clients/a/b/c")]
    [InlineData("GET", "clients/nobody")]
    [InlineData("GET", "../../oauth2/token")]
    [InlineData("POST", "/oauth2/token")]
    [InlineData("GET", "/")]
    public async Task What_is_not_there_is_not_found(string method, string path) =>
        await RefusedAsync(new HttpMethod(method), path, null, 404, "not_found");

    [Theory]
    [InlineData("resources?resource=a&resource=b")]
    [InlineData("resources?nonsense=a")]
    [InlineData("clients?limit=1")]
    public async Task A_query_that_is_not_understood_is_refused(string path) => await RefusedAsync(HttpMethod.Get, path, null, 400, "invalid_request");

    [Fact]
    public async Task Large_body_is_refused_and_the_next_request_is_served()
    {
        using var answer = await server.AdminSendAsync(HttpMethod.Post, "clients", $$"""{"client_id":"{{new string('x', 70_000)}}"}""");
        Assert.Equal(413, (int)answer.StatusCode);
        await server.AdminAsync(HttpMethod.Get, "status");
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"client_id\":\""u8, 0xff, .. "\"}"u8]);
        using var answer = await server.Admin.PostAsync(new Uri("clients", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_failing_database_is_said_to_be_unavailable()
    {
        await using var broken = await IssuerServer.StartAsync();
        await broken.LoseDatabaseAsync();
        using var answer = await broken.AdminSendAsync(HttpMethod.Get, "clients");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"unavailable\"", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task No_secret_is_logged()
    {
        var client = await server.AddClientAsync();
        await server.AskAsync(client);
        Assert.DoesNotContain(client.ApiKey[21..64], server.Log.Text);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private async Task RefusedAsync(HttpMethod method, string path, string? body, int status, string code)
    {
        using var answer = await server.AdminSendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{method} {path} {body}: {answer.StatusCode} {text}");
        var json = JsonElement.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal(code, json.GetProperty("error").GetString());
        Assert.NotEmpty(json.GetProperty("error_description").GetString()!);
    }
}
