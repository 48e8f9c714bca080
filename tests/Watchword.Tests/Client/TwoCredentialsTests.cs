// A service with two API keys goes on while one replaces the other (DESIGN §4.5).
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Watchword.Client;
using Watchword.Tests.Issuer;
using Watchword.Tests.Servers;
using Watchword.Tests.Trust;
using static Watchword.Tests.Client.Caller;

namespace Watchword.Tests.Client;

public sealed class TwoCredentialsTests
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public async Task A_refused_key_is_followed_by_the_other_and_the_choice_is_remembered()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.TokensFor("new");
        using var source = Two(issuer, "old", "new");

        Assert.Equal("t2", (await source.GetTokenAsync(Resource)).Reveal());
        Assert.Equal("t3", (await source.GetTokenAsync("https://shipping")).Reveal());
        Assert.Equal(["old", "new", "new"], Sent(issuer));

        // And back again, when the remembered one is refused in its turn.
        issuer.Answer = issuer.TokensFor("old");
        await source.GetTokenAsync("https://third");
        await source.GetTokenAsync("https://fourth");
        Assert.Equal(["old", "new", "new", "new", "old", "old"], Sent(issuer));
    }

    [Fact]
    public async Task All_callers_share_the_two_requests()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.TokensFor("new");
        using var source = Two(issuer, "old", "new");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = issuer.Answer;
        issuer.Answer = async context =>
        {
            await gate.Task;
            await answer(context);
        };

        var callers = Enumerable.Range(0, 100).Select(_ => source.GetTokenAsync(Resource).AsTask()).ToList();
        await FetchingTarget.UntilAsync(() => issuer.Requests.Count == 1);
        gate.SetResult();
        Assert.All(await Task.WhenAll(callers), token => Assert.Equal("t2", token.Reveal()));
        Assert.Equal(["old", "new"], Sent(issuer));
    }

    [Fact]
    public async Task When_both_are_refused_the_failure_names_both_and_nothing_is_remembered()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.TokensFor("new");
        using var source = Two(issuer, "old", "new", _clock);
        await source.GetTokenAsync(Resource);

        issuer.Answer = issuer.TokensFor();
        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync("https://shipping").AsTask());
        Assert.Equal("invalid_client", failed.Error);
        Assert.Contains("Watchword:ApiKey: the issuer answered 401", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Watchword:SecondApiKey: the issuer answered 401", failed.Message, StringComparison.Ordinal);
        Assert.Equal(["old", "new", "new", "old"], Sent(issuer));

        issuer.Answer = issuer.TokensFor("old");
        await source.GetTokenAsync("https://shipping");
        Assert.Equal("old", issuer.Requests[^1].ApiKey);
        Assert.Equal(5, issuer.Requests.Count);
    }

    [Theory]
    [InlineData(400, "invalid_scope")]
    [InlineData(400, "unauthorized_client")]
    [InlineData(429, "invalid_client")]
    [InlineData(503, "invalid_client")]
    [InlineData(500, "server_error")]
    public async Task Any_other_answer_is_not_the_keys_fault(int status, string error)
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = ScriptedIssuer.Refuses(status, error);
        using var source = Two(issuer, "old", "new");

        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        Assert.Equal(error, failed.Error);
        Assert.Equal(["old"], Sent(issuer));
    }

    [Fact]
    public async Task The_same_key_twice_is_sent_once()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.TokensFor();
        using var source = Two(issuer, "old", "old");
        await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        Assert.Equal(["old"], Sent(issuer));
    }

    [Fact]
    public async Task A_first_file_that_cannot_be_read_gives_way_to_the_second_with_a_warning()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        using var folder = new TempFolder();
        var first = folder.File("first");
        var second = folder.Write("second", "new\n");
        var log = new WrittenLog<WatchwordTokens>();
        var options = Options(issuer.Url);
        (options.ApiKey, options.ApiKeyFile, options.SecondApiKeyFile) = (null, first, second);
        using var source = new WatchwordTokens(options, log);
        Assert.Contains(log.Lines, line => line.Contains("Watchword:ApiKeyFile cannot be read", StringComparison.Ordinal));

        await source.GetTokenAsync(Resource);
        Assert.Equal(["new"], Sent(issuer));
        Assert.Contains(log.Lines, line => line.Contains("Watchword:SecondApiKeyFile is used from now on", StringComparison.Ordinal));

        // The file that comes later is found when the other key is refused; both files are read each time.
        folder.Write("first", "newer");
        issuer.Answer = issuer.TokensFor("newer");
        await source.GetTokenAsync("https://shipping");
        Assert.Equal(["new", "new", "newer"], Sent(issuer));
        folder.Write("first", "newest");
        issuer.Answer = issuer.TokensFor("newest");
        await source.GetTokenAsync("https://third");
        Assert.Equal("newest", issuer.Requests[^1].ApiKey);
        Assert.Equal(4, issuer.Requests.Count);
    }

    [Fact]
    public async Task A_key_that_is_refused_and_one_that_cannot_be_read_are_both_named()
    {
        await using var issuer = await ScriptedIssuer.StartAsync();
        issuer.Answer = issuer.TokensFor();
        using var source = Tokens(issuer, change: options => options.SecondApiKeyFile = "/nowhere/key");

        var failed = await Assert.ThrowsAsync<TokenUnavailableException>(() => source.GetTokenAsync(Resource).AsTask());
        Assert.Equal("invalid_client", failed.Error);
        Assert.Contains("Watchword:ApiKey: the issuer answered 401", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Watchword:SecondApiKeyFile cannot be read", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_the_second_key_are_told_at_the_start()
    {
        Assert.Contains("SecondApiKey and Watchword:SecondApiKeyFile are both set", Fault(options => options.SecondApiKeyFile = "/nowhere/key"), StringComparison.Ordinal);
        Assert.Contains("Watchword:SecondApiKey is not an API key", Fault(options => options.SecondApiKey = "two words"), StringComparison.Ordinal);
        var both = Fault(options => (options.ApiKey, options.ApiKeyFile, options.SecondApiKey, options.SecondApiKeyFile) = (null, "/nowhere/1", null, "/nowhere/2"));
        Assert.Contains("/nowhere/1 of Watchword:ApiKeyFile cannot be read", both, StringComparison.Ordinal);
        Assert.Contains("/nowhere/2 of Watchword:SecondApiKeyFile cannot be read", both, StringComparison.Ordinal);
    }

    private static string Fault(Action<WatchwordClientOptions> change)
    {
        var options = Options("https://issuer.example");
        options.SecondApiKey = ApiKey;
        change(options);
        return Assert.Throws<OptionsValidationException>(() => new WatchwordTokens(options)).Message;
    }

    private static WatchwordTokens Two(ScriptedIssuer issuer, string first, string second, TimeProvider? clock = null) =>
        Tokens(issuer, clock, options => (options.ApiKey, options.SecondApiKey) = (first, second));

    private static IEnumerable<string> Sent(ScriptedIssuer issuer) => issuer.Requests.Select(static request => request.ApiKey);
}
