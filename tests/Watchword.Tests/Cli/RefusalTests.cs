// What an operator can get wrong: each is one sentence and the right exit code, and changes nothing.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("billing")]
    [InlineData("/billing")]
    [InlineData("https://billing#part")]
    [InlineData("https://billing/a b")]
    [InlineData("https://billing/\u00e9")]
    [InlineData("https://billing/\n")]
    public async Task A_resource_with_forbidden_characters_is_refused(string resource)
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("resource", "create", resource, "--scope", "read")).OneSentence(Sentences.Misuse, "resource");
        Assert.Equal(0, (await server.JsonAsync("resource", "list")).GetProperty("resources").GetArrayLength());
    }

    [Fact]
    public async Task A_reserved_resource_is_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("resource", "create", "urn:watchword:admin")).OneSentence(Sentences.Misuse, "urn:watchword:", "reserved");
    }

    [Theory]
    [InlineData("re\"ad")]
    [InlineData("re\\ad")]
    [InlineData("l\u00e9")]
    [InlineData("re\tad")]
    public async Task A_scope_with_forbidden_characters_is_refused(string scope)
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("resource", "create", "https://billing", "--scope", scope)).OneSentence(Sentences.Misuse, "scope");
        Assert.Equal(0, (await server.JsonAsync("resource", "list")).GetProperty("resources").GetArrayLength());
    }

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("or/ders")]
    [InlineData("or ders")]
    [InlineData("\u00f6rders")]
    public async Task A_client_with_forbidden_characters_is_refused(string client)
    {
        await using var server = await WatchwordServer.StartAsync();
        (await server.RunCliAsync("client", "create", client)).OneSentence(Sentences.Misuse, "client");
        Assert.Equal(0, (await server.JsonAsync("client", "list")).GetProperty("clients").GetArrayLength());
    }

    [Fact]
    public async Task What_is_there_already_and_what_is_not_there_are_refused()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.AddCallerAsync();
        (await server.RunCliAsync("client", "create", "orders")).OneSentence(Sentences.Refused, "orders");
        (await server.RunCliAsync("resource", "create", "https://billing", "--scope", "read")).OneSentence(Sentences.Refused, "https://billing");
        (await server.RunCliAsync("client", "show", "nobody")).OneSentence(Sentences.Refused, "nobody");
        (await server.RunCliAsync("client", "delete", "nobody")).OneSentence(Sentences.Refused, "nobody");
        (await server.RunCliAsync("grant", "add", "orders", "https://nowhere", "--scope", "read")).OneSentence(Sentences.Refused, "https://nowhere");
        (await server.RunCliAsync("credential", "revoke", "0123456789abcdef")).OneSentence(Sentences.Refused);
    }

    [Fact]
    public async Task A_scope_that_the_resource_does_not_have_cannot_be_granted()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.AddCallerAsync();
        (await server.RunCliAsync("grant", "add", "orders", "https://billing", "--scope", "invoices:write"))
            .OneSentence(Sentences.Misuse, "invoices:write", "resource show");
    }

    [Fact]
    public async Task Without_an_issuer_the_commands_say_how_to_start_one()
    {
        await using var server = WatchwordServer.Prepare();
        (await server.RunCliAsync("client", "create", "orders")).OneSentence(Sentences.Unreachable, server.DataFolder, "watchword serve");
        Assert.False(Path.Exists(server.DataFolder));
        var key = server.Write("orders.key", "wwk_0123456789abcdef_0123456789abcdefghijABCDEFGHIJ0123456789abc_000000");
        (await server.RunCliAsync("token", "request", "--issuer", server.Url, "--client", "orders", "--api-key-file", key))
            .OneSentence(Sentences.Unreachable, server.Url);
        var (gone, token) = await TokenOfAnIssuerThatIsGoneAsync();
        (await server.VerifyTokenAsync(token, issuer: gone)).OneSentence(Sentences.Unreachable, gone);
    }

    [Fact]
    public async Task A_wrong_key_and_an_unknown_client_are_refused_alike()
    {
        await using var server = await WatchwordServer.StartAsync();
        var caller = await server.AddCallerAsync();
        await server.JsonAsync("client", "create", "shipping");
        var wrong = await server.RunCliAsync(
            "token", "request", "--issuer", server.Url, "--client", "shipping", "--api-key-file", caller.KeyFile);
        var unknown = await server.RunCliAsync(
            "token", "request", "--issuer", server.Url, "--client", "nobody", "--api-key-file", caller.KeyFile);
        wrong.OneSentence(Sentences.Refused);
        unknown.OneSentence(Sentences.Refused);
        Assert.Equal(wrong.Errors.Replace("shipping", "nobody", StringComparison.Ordinal), unknown.Errors);
        Assert.DoesNotContain(caller.ApiKey.Split('_')[2], wrong.Errors);
    }

    [Theory]
    [InlineData("clients")]
    [InlineData("client")]
    [InlineData("client", "create")]
    [InlineData("client", "list", "--output", "xml")]
    [InlineData("serve", "--prot", "80")]
    public async Task A_mistyped_command_is_misuse(params string[] arguments)
    {
        await using var server = WatchwordServer.Prepare();
        var finished = await server.RunCliAsync(arguments);
        Assert.Equal(Sentences.Misuse, finished.ExitCode);
        Assert.NotEmpty(finished.Errors);
        Assert.Empty(finished.Output);
    }

    private static async Task<(string Url, string Token)> TokenOfAnIssuerThatIsGoneAsync()
    {
        await using var issuer = await PublishedIssuer.StartAsync();
        return (issuer.Url, issuer.Sign(CallerExtensions.Billing, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
    }
}
