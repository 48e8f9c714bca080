// `watchword token inspect` shows what a token says and never that it is true.
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Watchword.Cli;

namespace Watchword.Tests.Cli;

public sealed class TokenInspectTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public async Task Header_claims_and_times_are_shown_with_a_warning()
    {
        var run = await CliRun.OfAsync(Token("""{"alg":"none"}""", """{"sub":"a\u001b","exp":1800000000}"""), ["token", "inspect"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("NOT VERIFIED", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"alg\": \"none\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"sub\": \"a\\u001b\"", run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("exp  2027-01-15T08:00:00Z (", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_that_nothing_was_verified()
    {
        var run = await CliRun.OfAsync(Token("""{"alg":"ES256"}""", """{"sub":"a"}""") + "\n", ["token", "inspect", "--output", "json"]);
        using var shown = JsonDocument.Parse(run.Output);
        Assert.False(shown.RootElement.GetProperty("verified").GetBoolean());
        Assert.Equal("ES256", shown.RootElement.GetProperty("header").GetProperty("alg").GetString());
        Assert.Equal("a", shown.RootElement.GetProperty("claims").GetProperty("sub").GetString());
    }

    [Fact]
    public async Task Of_an_encrypted_token_the_header_is_shown()
    {
        var token = $"{Base64Url.EncodeToString("""{"alg":"ECDH-ES","enc":"A256GCM","kid":"k"}"""u8)}..AAAA.AAAA.AAAA";
        var run = await CliRun.OfAsync(token, ["token", "inspect"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("NOT VERIFIED", run.Error, StringComparison.Ordinal);
        Assert.Contains("\"kid\": \"k\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("The rest is encrypted", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("claims", run.Output, StringComparison.Ordinal);
        using var shown = JsonDocument.Parse((await CliRun.OfAsync(token, ["token", "inspect", "--output", "json"])).Output);
        Assert.True(shown.RootElement.GetProperty("encrypted").GetBoolean());
        Assert.Equal(["verified", "header", "encrypted"], shown.RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a.b")]
    [InlineData("!.!.!")]
    [InlineData("W10.W10.AA")]
    public async Task What_is_no_token_exits_1(string token)
    {
        var run = await CliRun.OfAsync(token, ["token", "inspect"]);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("refused: malformed: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("1800000000", "2027-01-15T08:00:00Z (in 0s)")]
    [InlineData("1800000299.9", "2027-01-15T08:04:59Z (in 4m 59s)")]
    [InlineData("1799990000", "2027-01-15T05:13:20Z (2h 46m ago)")]
    [InlineData("1900000000", "2030-03-17T17:46:40Z (in 1157d 9h)")]
    [InlineData("-1", "")]
    [InlineData("1e400", "")]
    [InlineData("253402300800", "")]
    [InlineData("\"1800000000\"", "")]
    [InlineData("null", "")]
    public void A_time_is_shown_with_its_distance_if_it_is_one(string value, string shown)
    {
        using var claims = JsonDocument.Parse($$"""{"exp":{{value}}}""");
        Assert.Equal(shown, TokenInspectCommand.Describe(claims.RootElement, "exp", Now));
    }

    private static string Token(string header, string claims) =>
        $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AA";
}
