// Misuse is exit code 2 with a sentence, and help is worth reading at every level.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class CommandLineTests
{
    public static TheoryData<string> EveryCommand =>
    [
        "", "serve", "backup", "restore",
        "resource", "resource create", "resource list", "resource show", "resource delete",
        "client", "client create", "client list", "client show", "client disable", "client enable", "client delete",
        "credential", "credential add", "credential list", "credential revoke",
        "grant", "grant add", "grant list", "grant remove",
        "token", "token request", "token verify", "token inspect",
    ];

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public async Task Help_says_what_it_is_for_and_gives_an_example(string command)
    {
        var run = await CliRun.OfAsync([.. Words(command), "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Description:", run.Output, StringComparison.Ordinal);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Contains("--output <table|json>", run.Output, StringComparison.Ordinal);
        var examples = run.Output[run.Output.IndexOf("Example", StringComparison.Ordinal)..];
        Assert.Contains($"watchword {command}".TrimEnd(), examples, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("", "its commands are serve, resource, client")]
    [InlineData("client", "`watchword client` needs a command")]
    [InlineData("clinet list", "`watchword` has no command 'clinet'")]
    [InlineData("client lst", "`watchword client` has no command 'lst'")]
    [InlineData("client create", "Required argument missing")]
    [InlineData("client create a b", "Unrecognized command or argument 'b'")]
    [InlineData("client list --outptu json", "Unrecognized command or argument '--outptu'")]
    [InlineData("client list --output xml", "'xml' is not a format")]
    [InlineData("client list --output", "Required argument missing for option: '--output'")]
    [InlineData("client create a --expires soon", "--expires 'soon' is not a duration")]
    [InlineData("resource create https://a --lifetime 5", "--lifetime '5' is not a duration")]
    [InlineData("token verify", "Option '--audience' is required")]
    [InlineData("token request", "Option '--client' is required")]
    [InlineData("token request --client a --api-key wwk_x", "Unrecognized command or argument '--api-key'")]
    [InlineData("credential revoke wwk_0123456789abcdef_secret", "never by the key itself")]
    [InlineData("client show ..", "cannot be a client")]
    [InlineData("token verify --issuer http://far.example --audience https://a", "--issuer: ")]
    [InlineData("token verify --issuer https://a/b --audience https://a", "--issuer: ")]
    [InlineData("token inspect", "Standard input is empty")]
    public async Task Misuse_is_explained_and_exits_2(string command, string sentence)
    {
        var run = await CliRun.OfAsync(Words(command));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_mistyped_command_cannot_steer_the_terminal()
    {
        var run = await CliRun.OfAsync("\u001b[2J");
        Assert.Equal(2, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Error);
    }

    [Fact]
    public async Task Version_is_printed_alone()
    {
        var run = await CliRun.OfAsync("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\S*\s$", run.Output);
    }

    [Fact]
    public async Task An_argument_that_begins_with_an_at_sign_is_not_a_file()
    {
        using var folder = new TempFolder();
        var run = await CliRun.OfAsync("client", "show", "@" + folder.Write("args", "list"), "--data", folder.Path);
        Assert.Equal(3, run.ExitCode);
    }

    private static string[] Words(string command) => command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
