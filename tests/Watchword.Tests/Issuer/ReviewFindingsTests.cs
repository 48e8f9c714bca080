// What the doctor finds that has been forgotten: grants, old credentials and secrets, resources that do not mean what they say.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Findings;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Usage;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class ReviewFindingsTests : ExaminedStores
{
    private const string Billing = "https://billing";

    [Fact]
    public async Task A_grant_that_was_never_used_is_a_notice_after_a_month()
    {
        await Stores.AddCallerAsync();
        Clock.Advance(GrantReview.Unused - TimeSpan.FromSeconds(1));
        Assert.Empty(await ExamineAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            new Finding(
                Severity.Notice, "grant of https://billing to orders", "it was never used since it was made 30 days ago",
                "if nobody needs it, remove it with: watchword grant remove orders https://billing"),
            Assert.Single(await ExamineAsync()));
        await Stores.Grants.RemoveAsync("orders", Billing, null, default);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task A_grant_that_is_used_no_more_is_a_notice_and_its_use_need_not_be_written_yet()
    {
        var key = await Stores.AddCallerAsync();
        Clock.Advance(TimeSpan.FromDays(40));
        Use(key.CredentialId);
        Assert.Empty(await ExamineAsync());
        Clock.Advance(GrantReview.Idle);
        Assert.Equal("it was last used 90 days ago", Assert.Single(await ExamineAsync()).Message);
    }

    [Fact]
    public async Task A_grant_of_a_disabled_client_is_passed_over()
    {
        await Stores.AddCallerAsync();
        Clock.Advance(TimeSpan.FromDays(40));
        await Stores.Clients.SetDisabledAsync("orders", true, default);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task What_a_shell_would_act_on_is_quoted_in_the_command_to_run()
    {
        await Stores.AddCallerAsync(resource: "urn:a;b'$(c)");
        Clock.Advance(TimeSpan.FromDays(40));
        Assert.EndsWith(@"watchword grant remove orders 'urn:a;b'\''$(c)'", Assert.Single(await ExamineAsync()).Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_of_one_kind_are_bounded_and_the_last_says_how_many_more_there_are()
    {
        await Stores.Resources.CreateAsync(Billing, [], null, null, default);
        for (var i = 0; i < 150; i++)
        {
            await Stores.Clients.CreateAsync($"client-{i}", null, null, default);
            await Stores.Grants.AddAsync($"client-{i}", Billing, [], default);
        }
        Clock.Advance(TimeSpan.FromDays(40));
        var found = await ExamineAsync();
        Assert.Equal(21, found.Count);
        Assert.Equal((Severity.Notice, "grants", "130 more are not used"), (found[20].Severity, found[20].Subject, found[20].Message));
    }

    [Fact]
    public async Task A_credential_in_use_that_was_never_replaced_is_a_warning_after_a_year()
    {
        var key = await Stores.AddCallerAsync();
        Clock.Advance(CredentialReview.Old - TimeSpan.FromSeconds(1));
        Use(key.CredentialId);
        Assert.Empty(await ExamineAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Warning, $"credential {key.CredentialId} ('api-key') of orders"), (finding.Severity, finding.Subject));
        Assert.Equal("it is in use and was never replaced since it was made 366 days ago", finding.Message);
        Assert.Contains("watchword credential add orders; hand it out", finding.Mend, StringComparison.Ordinal);
        await Stores.Credentials.AddAsync("orders", "newer", null, default);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task A_shared_secret_that_was_never_replaced_is_a_warning_after_a_year()
    {
        await Stores.Resources.CreateAsync(Billing, [], null, "HS256", default);
        Clock.Advance(ResourceReview.Old - TimeSpan.FromSeconds(1));
        Assert.Empty(await ExamineAsync());
        Clock.Advance(TimeSpan.FromSeconds(1));
        var kid = Assert.Single(await Stores.Secrets.ListAsync(Billing, default)).KeyId;
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Warning, $"shared secret {kid} of https://billing"), (finding.Severity, finding.Subject));
        Assert.Contains("watchword resource secret activate https://billing", finding.Mend, StringComparison.Ordinal);
        await Stores.Secrets.AddAsync(Billing, default);
        Assert.Single(await ExamineAsync());
        await Stores.Secrets.ActivateAsync(Billing, default);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task Tokens_that_outlive_the_keys_are_an_error()
    {
        await Stores.Resources.CreateAsync(Billing, [], 3601, null, default);
        Assert.Empty(await ExamineAsync());
        Assert.Empty(await ExamineAsync(new KeyPolicy { Retention = TimeSpan.FromSeconds(3601) }));
        var finding = Assert.Single(await ExamineAsync(new KeyPolicy { Retention = TimeSpan.FromHours(1) }));
        Assert.Equal((Severity.Error, "resource https://billing"), (finding.Severity, finding.Subject));
        Assert.Contains("a --lifetime of 3600s or less", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resource_whose_identifier_holds_a_star_is_a_warning()
    {
        await Stores.Resources.CreateAsync("https://billing/*", [], null, null, default);
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Warning, "resource https://billing/*"), (finding.Severity, finding.Subject));
        Assert.EndsWith("watchword resource delete 'https://billing/*'", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_http_issuer_is_a_warning()
    {
        Assert.Empty(await new AddressCheck("https://auth.example").FindAsync(default));
        var finding = Assert.Single(await new AddressCheck("http://localhost:8480").FindAsync(default));
        Assert.Equal((Severity.Warning, "issuer http://localhost:8480"), (finding.Severity, finding.Subject));
    }

    private void Use(string credential) => Usage.Count("orders", Billing, credential, new LastUse(Clock.GetUtcNow(), null));

    private Task<IReadOnlyList<Finding>> ExamineAsync(KeyPolicy? policy = null) => new Doctor(
        new CredentialCheck(new CredentialReview(Stores.Database), Usage, Clock),
        new GrantCheck(new GrantReview(Stores.Database), Usage, Clock),
        new ResourceCheck(new ResourceReview(Stores.Database), policy ?? new KeyPolicy(), Clock)).ExamineAsync(default);
}
