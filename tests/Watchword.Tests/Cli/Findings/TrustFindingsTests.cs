// What the doctor finds in who trusts whom: circles, keys that two issuers have, and bundles.
using Watchword.Cli.Findings;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Cli.Findings;

public sealed class TrustFindingsTests : IDisposable
{
    private readonly ExaminedDeployment _deployment = new();
    private readonly List<SigningKey> _keys = [];

    public void Dispose()
    {
        _keys.ForEach(key => key.Dispose());
        _deployment.Dispose();
    }

    [Fact]
    public async Task Services_that_trust_each_other_in_a_circle_are_a_notice_that_names_them()
    {
        _deployment.AddService("https://a.internal", "https://c.internal");
        _deployment.AddService("https://b.internal", "https://a.internal");
        _deployment.AddService("https://c.internal", "https://partner.example");
        _deployment.AddService("https://d.internal", "https://a.internal", "https://b.internal");
        Assert.Empty(await _deployment.ExamineAsync());
        _deployment.AddTarget("https://c", """ "Leeway":"00:00:05","Issuers":[{"Issuer":"https://b.internal"}],""", """{"Issuer":"https://c.internal","KeyFile":"keys"}""");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Notice, "3 services trust each other in a circle: https://a.internal, https://b.internal, https://c.internal"), (finding.Severity, finding.Message));
    }

    [Fact]
    public async Task Services_that_leave_all_times_as_they_are_have_nothing_but_notices()
    {
        _deployment.AddTarget("https://a", """ "Issuers":[{"Issuer":"https://b.internal","Scopes":["read"]}],""", """{"Issuer":"https://a.internal","KeyFile":"keys"}""");
        _deployment.AddTarget("https://b", """ "Issuers":[{"Issuer":"https://c.internal"}],""", """{"Issuer":"https://b.internal","KeyFile":"keys"}""");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Notice, true), (finding.Severity, finding.Message.StartsWith("its leeway is 30s, and tokens of https://b.internal live 1m", StringComparison.Ordinal)));
    }

    [Fact]
    public void Circles_are_found_each_once()
    {
        var edges = new Dictionary<string, IReadOnlyCollection<string>>
        {
            ["a"] = ["b"],
            ["b"] = ["c"],
            ["c"] = ["a", "d"],
            ["d"] = ["e"],
            ["e"] = ["d"],
            ["f"] = ["a", "f"],
        };
        Assert.Equal([["a", "b", "c"], ["d", "e"]], new TrustGraph(edges).Circles());
    }

    [Fact]
    public async Task A_service_that_trusts_itself_is_a_notice()
    {
        _deployment.AddService("https://a.internal", "https://a.internal");
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Notice, finding.Severity);
        Assert.StartsWith("it trusts https://a.internal, which is itself", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_written_down_are_a_notice_and_an_error_where_two_issuers_have_one()
    {
        var (one, two) = (NewKey(), NewKey());
        _deployment.UseBundle(_deployment.Write("bundle.json", ExaminedDeployment.BundleText(
            null, TimeSpan.FromDays(90), Entry("https://a.internal") with { Keys = Set(one) }, Entry("https://b.internal") with { Keys = Set(two) })));
        var found = await _deployment.ExamineAsync();
        Assert.Equal(2, found.Count);
        Assert.All(found, finding => Assert.Equal((Severity.Notice, "its keys are written down here, and cannot rotate by themselves"), (finding.Severity, finding.Message)));

        var file = _deployment.Write("keys.json", System.Text.Encoding.UTF8.GetString(Set(two).ToJson()));
        _deployment.AddTarget("https://billing", $$""" "Issuers":[{"Issuer":"https://c.internal","JwksFile":"{{file}}"},{"Issuer":"https://a.internal"}],""");
        var finding = Assert.Single(await _deployment.ExamineAsync(), finding => finding.Severity == Severity.Error);
        Assert.Equal("issuers https://b.internal and https://c.internal", finding.Subject);
    }

    [Fact]
    public async Task A_bundle_that_expires_soon_is_a_warning_and_an_expired_one_an_error()
    {
        foreach (var (days, severity) in new (int, Severity?)[] { (15, null), (13, Severity.Warning), (-1, Severity.Error) })
        {
            _deployment.UseBundle(_deployment.Write("bundle.json", ExaminedDeployment.BundleText(null, TimeSpan.FromDays(days), Entry("https://a.internal"))));
            Assert.Equal(severity, (await _deployment.ExamineAsync()).SingleOrDefault()?.Severity);
        }
    }

    [Fact]
    public async Task A_bundle_that_another_key_signed_is_an_error()
    {
        var (pinned, other) = (NewKey(), NewKey());
        var file = _deployment.WriteKey("pinned.jwk", pinned);
        _deployment.UseBundle(_deployment.Write("bundle.jwt", ExaminedDeployment.BundleText(pinned, TimeSpan.FromDays(90), Entry("https://a.internal"))), file);
        Assert.Empty(await _deployment.ExamineAsync());
        _deployment.Write("bundle.jwt", ExaminedDeployment.BundleText(other, TimeSpan.FromDays(90), Entry("https://a.internal")));
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.StartsWith("it cannot be opened: The bundle is not signed by a pinned key", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_that_settings_name_is_looked_at_with_the_keys_they_pin()
    {
        var (pinned, other) = (NewKey(), NewKey());
        _deployment.WriteKey("billing/pinned.jwk", pinned);
        _deployment.Write("billing/bundle.jwt", ExaminedDeployment.BundleText(
            pinned, TimeSpan.FromDays(90), Entry("https://a.internal") with { Subjects = ExaminedDeployment.Patterns("*") }));
        _deployment.AddTarget("https://billing", """ "TrustBundle":"bundle.jwt","TrustBundleKeyFiles":["pinned.jwk"],"KeyFolder":"kept",""");
        Assert.Equal($"issuer https://a.internal in bundle {_deployment.PathOf("billing/bundle.jwt")}", (await _deployment.FindAsync()).Subject);
        _deployment.Write("billing/bundle.jwt", ExaminedDeployment.BundleText(other, TimeSpan.FromDays(90), Entry("https://a.internal")));
        Assert.Equal(Severity.Error, (await _deployment.FindAsync()).Severity);
    }

    [Fact]
    public async Task An_unsigned_bundle_that_others_may_write_to_is_an_error()
    {
        var bundle = _deployment.Write("billing/bundle.json", ExaminedDeployment.BundleText(null, TimeSpan.FromDays(90), Entry("https://a.internal")));
        _deployment.AddTarget("https://billing", """ "TrustBundle":"bundle.json","KeyFolder":"kept",""");
        Assert.Empty(await _deployment.ExamineAsync());
        File.SetUnixFileMode(bundle, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains("chmod go-w", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_forgets_the_serial_of_its_bundle_is_a_notice()
    {
        _deployment.Write("billing/bundle.json", ExaminedDeployment.BundleText(null, TimeSpan.FromDays(90), Entry("https://a.internal")));
        _deployment.AddTarget("https://billing", """ "TrustBundle":"bundle.json",""");
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Notice, finding.Severity);
        Assert.Contains("no KeyFolder", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_whose_bundle_is_elsewhere_is_taken_to_follow_the_one_that_is_given()
    {
        _deployment.AddTarget("https://billing", """ "Leeway":"00:00:30","TrustBundle":"/somewhere/bundle.json","KeyFolder":"kept",""");
        Assert.Empty(await _deployment.ExamineAsync());
        Assert.Contains(_deployment.Notes, note => note.Contains("give it with --bundle", StringComparison.Ordinal));
        _deployment.UseBundle(_deployment.Write("bundle.json", ExaminedDeployment.BundleText(
            null, TimeSpan.FromDays(90), Entry("https://a.internal") with { MaxLifetime = TimeSpan.FromSeconds(10) })));
        Assert.Contains("its leeway is 30s, and tokens of https://a.internal live 10s", (await _deployment.FindAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Findings_of_one_kind_are_bounded()
    {
        _deployment.UseBundle(_deployment.Write("bundle.json", ExaminedDeployment.BundleText(
            null, TimeSpan.FromDays(90), [.. Enumerable.Range(0, 50).Select(i => Entry($"https://a{i}.internal") with { Scopes = ["*"] })])));
        var found = await _deployment.ExamineAsync();
        Assert.Equal((21, "30 more are like these"), (found.Count, found[20].Message));
    }

    private static TrustEntry Entry(string issuer) => new() { Issuer = issuer };

    private static KeySet Set(SigningKey key) => new([key.ToVerificationKey()]);

    private SigningKey NewKey()
    {
        _keys.Add(SigningKey.Generate(SignatureAlgorithm.ES256));
        return _keys[^1];
    }
}
