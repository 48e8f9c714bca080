// What a command says and answers for everything an issuer's admin API can do to it.
using System.Text;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class AdminClientTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Without_an_issuer_every_command_exits_3_and_says_how_to_start_one()
    {
        string[][] commands =
        [
            ["resource", "create", "https://a", "--scope", "s"], ["resource", "list"], ["resource", "show", "https://a"], ["resource", "delete", "https://a"],
            ["client", "create", "a"], ["client", "list"], ["client", "show", "a"], ["client", "disable", "a"], ["client", "enable", "a"], ["client", "delete", "a"],
            ["credential", "add", "a"], ["credential", "list", "a"], ["credential", "revoke", "a"],
            ["resource", "secret", "add", "https://a"], ["resource", "secret", "activate", "https://a"], ["resource", "secret", "list", "https://a"],
            ["resource", "secret", "revoke", "https://a", "a"], ["key", "rewrap"], ["doctor"],
            ["grant", "add", "a", "https://a", "--scope", "s"], ["grant", "list", "a"], ["grant", "remove", "a", "https://a"], ["backup", _folder.File("b")],
        ];
        foreach (var command in commands)
        {
            var run = await CliRun.OfAsync([.. command, "--data", _folder.Path]);
            Assert.Equal(3, run.ExitCode);
            Assert.Contains($"No issuer is serving {_folder.Path}; start one with `watchword serve`", run.Error, StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }
    }

    [Theory]
    [InlineData(400, 2)]
    [InlineData(404, 1)]
    [InlineData(409, 1)]
    [InlineData(503, 3)]
    public async Task A_refusal_is_the_issuers_sentence_and_an_exit_code(int status, int exitCode)
    {
        await using var server = await ServeAsync(context =>
            FakeServer.JsonAsync(context, status, """{"error":"some_code","error_description":"there is \u001b no client a; create it"}"""));
        var run = await RunAsync("client", "show", "a");
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("There is \\u001b no client a; create it.", run.Error.TrimEnd());
    }

    [Theory]
    [InlineData("<html>", 200)]
    [InlineData("""{"a":1,"a":2}""", 200)]
    [InlineData("<html>", 500)]
    public async Task An_answer_that_is_not_json_exits_3(string content, int status)
    {
        await using var server = await ServeAsync(context => FakeServer.JsonAsync(context, status, content));
        var run = await RunAsync("client", "list");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("did not answer in JSON", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_breaks_off_exits_3()
    {
        await using var server = await ServeAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var run = await RunAsync("client", "list");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("broke off", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_output_is_the_issuers_answer_with_its_own_names()
    {
        await using var server = await ServeAsync(context => FakeServer.JsonAsync(
            context, 201, """{"client_id":"orders","created":"2027-01-01T00:00:00Z","disabled":false,"credential_id":"c1","credential_name":"n","api_key":"wwk_x"}"""));
        var run = await RunAsync("client", "create", "orders", "--output", "json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"api_key\": \"wwk_x\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"credential_id\": \"c1\"", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Requests_are_what_the_admin_api_expects()
    {
        var requests = new List<string>();
        await using var server = await ServeAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {await reader.ReadToEndAsync()}".TrimEnd());
            if (context.Request.Method == "DELETE")
                context.Response.StatusCode = 204;
            else
                await FakeServer.JsonAsync(context, 200, "{}");
        });
        await RunAsync("resource", "create", "https://billing", "--scope", "a", "--scope", "b c", "--lifetime", "10m", "--algorithm", "HS256");
        await RunAsync("resource", "show", "https://billing?x=1&y");
        await RunAsync("client", "create", "orders", "--name", "first", "--expires", "90d");
        await RunAsync("client", "disable", "orders");
        await RunAsync("client", "show", "a/b");
        await RunAsync("credential", "add", "orders");
        await RunAsync("credential", "revoke", "c1");
        await RunAsync("grant", "add", "orders", "https://billing", "--scope", "a");
        await RunAsync("grant", "remove", "orders", "https://billing", "--scope", "a");
        await RunAsync("grant", "remove", "orders", "https://billing");
        await RunAsync("backup", "/somewhere/file");
        Assert.Equal(
            [
                """POST /admin/v1/resources {"resource":"https://billing","scopes":["a","b","c"],"token_lifetime":600,"algorithm":"HS256"}""",
                "GET /admin/v1/resources?resource=https%3A%2F%2Fbilling%3Fx%3D1%26y",
                """POST /admin/v1/clients {"client_id":"orders","credential_name":"first","expires_in":7776000}""",
                "POST /admin/v1/clients/orders/disable",
                "GET /admin/v1/clients/a%2Fb",
                "POST /admin/v1/clients/orders/credentials {}",
                "DELETE /admin/v1/credentials/c1",
                """POST /admin/v1/clients/orders/grants {"resource":"https://billing","scopes":["a"]}""",
                "DELETE /admin/v1/clients/orders/grants?resource=https%3A%2F%2Fbilling&scope=a",
                "DELETE /admin/v1/clients/orders/grants?resource=https%3A%2F%2Fbilling",
                """POST /admin/v1/backup {"file":"/somewhere/file"}""",
            ],
            requests);
    }

    [Fact]
    public async Task A_client_is_shown_with_its_credentials_and_grants()
    {
        await using var server = await ServeAsync(context => FakeServer.JsonAsync(
            context,
            200,
            """
            {"client_id":"orders","created":"2027-01-01T00:00:00Z","disabled":true,
             "credentials":[{"credential_id":"c1","name":"n","created":"2027-01-01T00:00:00Z","expires":null,"last_used":null,"revoked":false}],
             "grants":[{"resource":"https://billing","scopes":["a","b"]}]}
            """));
        var run = await RunAsync("client", "show", "orders");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("state    disabled", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"c1 +n +good +2027-01-01T00:00:00Z +never +never", run.Output);
        Assert.Matches("https://billing +a b", run.Output);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CliRun> RunAsync(params string[] args) => CliRun.OfAsync([.. args, "--data", _folder.Path]);

    private Task<FakeServer> ServeAsync(RequestDelegate answer)
    {
        using var folder = DataFolder.At(_folder.Path);
        return FakeServer.OnSocketAsync(folder.SocketPath, answer);
    }
}
