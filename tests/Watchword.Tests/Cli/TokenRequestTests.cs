// `watchword token request` against an issuer that issues, refuses, breaks or is not there.
using System.Text;
using Microsoft.AspNetCore.Http;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class TokenRequestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task The_token_is_printed_alone()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(context => FakeServer.JsonAsync(context, 200, """{"access_token":"a.b.c","token_type":"Bearer"}"""));
        var run = await RunAsync(issuer.Url);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("a.b.c", run.Output.TrimEnd());
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Json_output_is_the_endpoints_answer()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(context =>
            FakeServer.JsonAsync(context, 200, """{"access_token":"a.b.c","token_type":"Bearer","expires_in":300,"scope":"x"}"""));
        var run = await RunAsync(issuer.Url, "--output", "json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"expires_in\": 300", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_is_the_client_credentials_grant_with_basic_authentication()
    {
        string? seen = null;
        await using var issuer = await FakeServer.OnLoopbackAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path} {context.Request.Headers.Authorization} {await reader.ReadToEndAsync()}";
            await FakeServer.JsonAsync(context, 200, """{"access_token":"a.b.c"}""");
        });
        await RunAsync(issuer.Url, "--scope", "a", "--scope", "b");
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes("orders:wwk_key"));
        Assert.Equal($"POST /oauth2/token Basic {basic} grant_type=client_credentials&resource=https%3A%2F%2Fbilling&scope=a+b", seen);
    }

    [Fact]
    public async Task A_refusal_names_its_code_and_exits_1()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(context =>
            FakeServer.JsonAsync(context, 400, """{"error":"invalid_scope","error_description":"orders may not ask for \u001b."}"""));
        var run = await RunAsync(issuer.Url);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("The issuer refused: invalid_scope: orders may not ask for \\u001b.", run.Error.TrimEnd());
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData(500, """{"error":"server_error"}""")]
    [InlineData(200, "<html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"access_token":"a","access_token":"b"}""")]
    [InlineData(404, "not here")]
    public async Task What_is_not_an_issuers_answer_exits_3(int status, string content)
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(context => FakeServer.JsonAsync(context, status, content));
        var run = await RunAsync(issuer.Url);
        Assert.Equal(3, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains(issuer.Url, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        var followed = false;
        await using var elsewhere = await FakeServer.OnLoopbackAsync(context =>
        {
            followed = true;
            return Task.CompletedTask;
        });
        await using var issuer = await FakeServer.OnLoopbackAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = elsewhere.Url + "/oauth2/token";
            return Task.CompletedTask;
        });
        var run = await RunAsync(issuer.Url);
        Assert.Equal(3, run.ExitCode);
        Assert.False(followed);
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(async context =>
        {
            var block = new byte[64 * 1024];
            for (var i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
                await context.Response.Body.WriteAsync(block);
        });
        Assert.Equal(3, (await RunAsync(issuer.Url)).ExitCode);
    }

    [Fact]
    public async Task An_issuer_that_is_not_there_exits_3()
    {
        string url;
        await using (var gone = await FakeServer.OnLoopbackAsync(_ => Task.CompletedTask))
            url = gone.Url;
        var run = await RunAsync(url);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"{url} could not be reached", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_may_come_from_standard_input_but_not_twice()
    {
        await using var issuer = await FakeServer.OnLoopbackAsync(context => FakeServer.JsonAsync(
            context, 200, $$"""{"access_token":"{{Encoding.ASCII.GetString(Convert.FromBase64String(context.Request.Headers.Authorization.ToString()["Basic ".Length..])).Split(':')[1]}}"}"""));
        string[] args = ["token", "request", "--issuer", issuer.Url, "--client", "orders", "--api-key-stdin"];
        Assert.Equal("wwk_typed", (await CliRun.OfAsync("wwk_typed\n", args)).Output.TrimEnd());
        var twice = await CliRun.OfAsync("wwk_typed", [.. args, "--api-key-file", _folder.Write("key", "wwk_key")]);
        Assert.Equal(2, twice.ExitCode);
    }

    [Fact]
    public async Task A_key_file_that_is_empty_missing_or_far_too_long_exits_2_without_showing_it()
    {
        foreach (var file in new[] { _folder.Write("empty", "\n"), _folder.File("missing"), _folder.Write("long", new string('s', 5000)) })
        {
            var run = await CliRun.OfAsync("token", "request", "--client", "orders", "--api-key-file", file);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(file, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("sss", run.Error.Replace(file, "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_ca_file_without_a_certificate_exits_2()
    {
        var run = await RunAsync("https://localhost:1", "--ca-file", _folder.Write("ca.pem", "nonsense"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("There is no certificate in", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<CliRun> RunAsync(string issuer, params string[] more) => CliRun.OfAsync(
        ["token", "request", "--issuer", issuer, "--client", "orders", "--api-key-file", _folder.Write("key", "wwk_key\n"), "--resource", "https://billing", .. more]);
}
