// What the doctor finds by asking the issuers that a deployment trusts, each a real one on loopback.
using Watchword.Cli.Findings;
using Watchword.Keys;
using Watchword.Tests.Trust;
using Watchword.Trust;

namespace Watchword.Tests.Cli.Findings;

public sealed class IssuerFindingsTests : IAsyncLifetime
{
    private readonly ExaminedDeployment _deployment = new();
    private PublishingIssuer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await PublishingIssuer.StartAsync();
        _issuer.Rotate();
        _deployment.AddTarget("https://billing", $$""" "Issuer":"{{_issuer.Url}}",""");
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _deployment.Dispose();
    }

    [Fact]
    public async Task An_issuer_on_plain_http_is_a_warning_and_a_sound_one_nothing_else()
    {
        var finding = await _deployment.FindAsync(fetches: true);
        Assert.Equal((Severity.Warning, $"issuer {_issuer.Url}", "it is plain HTTP, and only this machine can use it"), (finding.Severity, finding.Subject, finding.Message));
        Assert.Equal("Looked at: 1 target, 1 published key set, no issuer by its admin API.", _deployment.Notes[0]);
        _deployment.Asked = new IssuerAnswer(_issuer.Url, new Dictionary<string, TimeSpan>(), []);
        Assert.Empty(await _deployment.ExamineAsync(fetches: true));
    }

    [Fact]
    public async Task Nobody_is_asked_where_nothing_is_to_be_fetched()
    {
        await _deployment.ExamineAsync();
        Assert.Equal(0, _issuer.Fetches);
        await _deployment.ExamineAsync(fetches: true);
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task An_issuer_that_does_not_answer_is_a_warning_with_the_reason()
    {
        _issuer.FailNext(1);
        var finding = await FindAsync();
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Equal($"its keys cannot be had: {_issuer.Url}/keys answered 503", finding.Message);
    }

    [Fact]
    public async Task An_issuer_that_calls_itself_by_another_name_is_an_error()
    {
        _issuer.AnswerMetadataBy(context => PublishingIssuer.JsonAsync(context, $$"""{"issuer":"https://other.example","jwks_uri":"{{_issuer.Url}}/keys"}"""));
        var finding = await FindAsync();
        Assert.Equal((Severity.Error, $"The metadata of {_issuer.Url} names another issuer"), (finding.Severity, finding.Message));
    }

    [Fact]
    public async Task An_issuer_with_no_key_that_will_sign_next_is_a_warning()
    {
        _issuer.Publish(_issuer.NewKey());
        var finding = await FindAsync();
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith("it publishes one key for ES256 and none that will sign next", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, "ahead of")]
    [InlineData(-60, "behind")]
    public async Task Clocks_that_are_apart_are_a_warning(int seconds, string direction)
    {
        _issuer.AnswerKeysBy(context =>
        {
            context.Response.Headers.Date = ExaminedDeployment.Now.AddSeconds(seconds).ToString("r");
            return PublishingIssuer.JsonAsync(context, Keys(_issuer.Key, _issuer.NewKey()));
        });
        var finding = await FindAsync();
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Matches($"^its clock is [56][0-9] s or more {direction} this machine's, and a leeway of 30s", finding.Message);
    }

    [Fact]
    public async Task Two_issuers_that_publish_one_key_are_an_error()
    {
        await using var other = await PublishingIssuer.StartAsync();
        _deployment.AddTarget("https://mail", $$""" "Issuer":"{{other.Url}}",""");
        other.Rotate();
        Assert.DoesNotContain(await _deployment.ExamineAsync(fetches: true), finding => finding.Severity == Severity.Error);
        other.AlsoPublish(_issuer.Key.ToVerificationKey());
        var finding = Assert.Single(await _deployment.ExamineAsync(fetches: true), finding => finding.Severity == Severity.Error);
        Assert.Contains(_issuer.Url, finding.Subject, StringComparison.Ordinal);
        Assert.Contains(other.Url, finding.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_is_fetched_and_not_signed_is_a_warning()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        PublishBundle(null, "https://a.internal");
        var finding = await FindInBundleAsync();
        Assert.Equal((Severity.Warning, $"bundle {_issuer.Url}/keys"), (finding.Severity, finding.Subject));
        Assert.StartsWith("it is fetched and nobody signed it", finding.Message, StringComparison.Ordinal);

        PublishBundle(key, "https://a.internal");
        Assert.StartsWith("it is signed, and no key is pinned", (await FindInBundleAsync()).Message, StringComparison.Ordinal);
        _deployment.UseBundle($"{_issuer.Url}/keys", _deployment.WriteKey("pinned.jwk", key));
        Assert.Empty(await BundleFindingsAsync());
    }

    [Fact]
    public async Task A_bundle_at_an_issuer_that_only_it_vouches_for_is_an_error()
    {
        await using var host = await PublishingIssuer.StartAsync();
        host.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, ExaminedDeployment.BundleText(null, TimeSpan.FromDays(90), new TrustEntry { Issuer = host.Url })));
        _deployment.UseBundle($"{host.Url}/keys");
        var finding = await FindInBundleAsync();
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains($"it lies at {host.Url}, which nothing but the bundle itself vouches for", finding.Message, StringComparison.Ordinal);
        _deployment.AddTarget("https://mail", $$""" "Issuer":"{{host.Url}}",""");
        Assert.Equal(Severity.Warning, (await FindInBundleAsync()).Severity);
    }

    [Fact]
    public async Task A_bundle_that_cannot_be_fetched_is_a_warning()
    {
        _deployment.UseBundle($"{_issuer.Url}/nothing");
        var finding = await FindInBundleAsync();
        Assert.Equal((Severity.Warning, $"it cannot be had: {_issuer.Url}/nothing answered 404"), (finding.Severity, finding.Message));
    }

    private void PublishBundle(SigningKey? key, string issuer)
    {
        _issuer.AnswerKeysBy(context => PublishingIssuer.JsonAsync(context, ExaminedDeployment.BundleText(key, TimeSpan.FromDays(90), new TrustEntry { Issuer = issuer })));
        _deployment.UseBundle($"{_issuer.Url}/keys");
    }

    // All but that the issuers of these tests are on plain HTTP.
    private async Task<Finding> FindAsync() =>
        Assert.Single(await _deployment.ExamineAsync(fetches: true), finding => !finding.Message.StartsWith("it is plain HTTP", StringComparison.Ordinal));

    private async Task<Finding> FindInBundleAsync() => Assert.Single(await BundleFindingsAsync());

    private async Task<IEnumerable<Finding>> BundleFindingsAsync() =>
        (await _deployment.ExamineAsync()).Where(finding => finding.Subject.StartsWith("bundle ", StringComparison.Ordinal));

    private static string Keys(params SigningKey[] keys) => System.Text.Encoding.UTF8.GetString(new KeySet(keys.Select(key => key.ToVerificationKey())).ToJson());
}
