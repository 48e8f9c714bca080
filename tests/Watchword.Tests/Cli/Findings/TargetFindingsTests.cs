// What the doctor finds in the settings of targets.
using Watchword.Cli.Findings;
using Watchword.Keys;

namespace Watchword.Tests.Cli.Findings;

public sealed class TargetFindingsTests : IDisposable
{
    private const string Central = ExaminedDeployment.Central;
    private readonly ExaminedDeployment _deployment = new();

    public void Dispose() => _deployment.Dispose();

    [Fact]
    public async Task Nothing_is_found_in_a_sound_deployment()
    {
        _deployment.AddTarget("https://billing");
        _deployment.AddTarget("https://mail", $$""" "Issuer":"{{Central}}","Issuers":[{"Issuer":"https://partner.example","Subjects":["orders"],"Scopes":["mail:send"],"MaxLifetime":"00:05:00"}],""");
        Assert.Empty(await _deployment.ExamineAsync());
        Assert.Equal(["Looked at: 2 targets, no issuer by its admin API."], _deployment.Notes);
    }

    [Fact]
    public async Task Settings_that_the_library_would_not_start_with_are_errors()
    {
        _deployment.AddTarget("https://billing", """ "Issuer":"http://auth.example","Leway":"00:00:30",""");
        var found = await _deployment.ExamineAsync();
        Assert.Equal([Severity.Error, Severity.Error], found.Take(2).Select(finding => finding.Severity));
        Assert.Equal("Authentication:Schemes:Watchword:Leway is not a setting of this scheme", found[0].Message);
        Assert.StartsWith("remove it, or correct its name to one of", found[0].Mend, StringComparison.Ordinal);
        Assert.Contains("is plain http to another machine", found[1].Message, StringComparison.Ordinal);
        Assert.StartsWith("use https", found[1].Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_the_library_would_not_start_with_is_an_error()
    {
        _deployment.AddTarget("https://billing", identity: """{"Issuer":"https://billing.internal"}""");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Error, "Watchword:Identity:KeyFile is missing"), (finding.Severity, finding.Message));
    }

    [Fact]
    public async Task A_file_of_another_machine_is_passed_over_and_said_to_be()
    {
        _deployment.AddTarget("https://billing", $$""" "Issuer":"{{Central}}","CaFile":"/somewhere/else.pem","KeyFolder":"kept",""");
        Assert.Empty(await _deployment.ExamineAsync());
        Assert.Contains(_deployment.Notes, note => note.Contains("/somewhere/else.pem", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_deployment.PathOf("billing/kept")));
    }

    [Fact]
    public async Task Settings_without_target_or_identity_are_passed_over()
    {
        _deployment.AddSettings(_deployment.Write("orders.json", """{"Watchword":{"Issuer":"https://auth.example","ClientId":"orders"}}"""));
        Assert.Empty(await _deployment.ExamineAsync());
        Assert.Contains(_deployment.Notes, note => note.Contains("has neither a scheme of Watchword nor an identity", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Schemes_of_others_are_none_of_the_doctors_business()
    {
        _deployment.AddSettings(_deployment.Write("both.json", """
            {"Authentication":{"Schemes":{
              "Bearer":{"Authority":"https://auth.example"},
              "Partner":{"Issuer":"https://auth.example","Audience":"https://*"}}}}
            """));
        Assert.Contains("target https://* (", (await _deployment.FindAsync()).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_two_targets_know_is_an_error_and_is_not_printed()
    {
        var (shared, own) = (SharedSecret.Generate(), SharedSecret.Generate());
        _deployment.AddTarget("https://billing", Sharing(shared));
        _deployment.AddTarget("https://mail", Sharing(own));
        _deployment.AddTarget("https://billing", Sharing(shared), file: "replica");
        Assert.Empty(await _deployment.ExamineAsync());

        var file = _deployment.Write("stock/secret", shared.Reveal());
        _deployment.AddTarget("https://stock", $$""" "Issuer":"{{Central}}","SharedSecretFile":"{{file}}",""");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Error, $"shared secret {shared.KeyId}"), (finding.Severity, finding.Subject));
        Assert.StartsWith("https://billing and https://stock know it", finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(shared.Reveal()[22..], $"{finding}{string.Join('\n', _deployment.Notes)}", StringComparison.Ordinal);

        static string Sharing(SharedSecret secret) => $$""" "Issuer":"{{Central}}","SharedSecret":"{{secret.Reveal()}}",""";
    }

    [Fact]
    public async Task A_file_with_a_secret_that_two_targets_name_is_an_error_even_if_it_is_not_here()
    {
        foreach (var audience in (string[])["https://billing", "https://mail"])
            _deployment.AddTarget(audience, $$""" "Issuer":"{{Central}}","SharedSecretFile":"/run/secrets/watchword",""");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Error, "shared secret in /run/secrets/watchword"), (finding.Severity, finding.Subject));
    }

    [Fact]
    public async Task Files_with_secrets_of_one_name_beside_their_own_settings_are_two()
    {
        foreach (var audience in (string[])["https://billing", "https://mail"])
            _deployment.AddTarget(audience, $$""" "Issuer":"{{Central}}","SharedSecretFile":"watchword.secret",""");
        Assert.Empty(await _deployment.ExamineAsync());
    }

    [Fact]
    public async Task Wildcards_are_found_by_how_wide_they_are()
    {
        _deployment.AddTarget("https://billing", $$"""
            "Issuers":[
              {"Issuer":"https://everybody.example","Subjects":["*"],"Scopes":["a"]},
              {"Issuer":"https://prefix.example","Subjects":["orders","svc-*"],"Scopes":["a"]},
              {"Issuer":"https://scopes.example","Subjects":["orders"],"Scopes":["*"]},
              {"Issuer":"https://keycloak.example/realms/main","Subjects":["*"],"Scopes":["a"],"Profile":"keycloak"}],
            """);
        var found = await _deployment.ExamineAsync();
        Assert.Equal(
            [
                (Severity.Warning, "everybody", "it may speak for everybody"), (Severity.Notice, "prefix", "it may speak for every subject that begins like svc-*"),
                (Severity.Notice, "scopes", "its tokens may hold every scope"), (Severity.Notice, "keycloak", "it may speak for everybody"),
            ],
            found.Select(finding => (finding.Severity, new Uri(finding.Subject.Split(' ')[1]).Host.Split('.')[0], finding.Message.Split(',')[0])));
    }

    [Fact]
    public async Task An_audience_with_a_star_is_a_warning()
    {
        _deployment.AddTarget("https://billing/*");
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Contains("its Audience holds a star", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_that_may_outlive_the_keys_are_a_warning()
    {
        _deployment.AddTarget("https://billing", $$""" "Issuer":"{{Central}}","KeepKeysFor":"12:00:00",""");
        _deployment.AddTarget("https://mail", $$""" "Issuer":"{{Central}}","KeepKeysFor":"12:00:00","MaxTokenLifetime":"12:00:00",""");
        _deployment.AddTarget("https://stock", """ "KeepKeysFor":"01:00:00","Issuers":[{"Issuer":"https://orders.example","MaxLifetime":"01:00:00"}],""");
        var finding = await _deployment.FindAsync();
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.StartsWith("a token may live 1d, and the keys of an issuer that is down are kept for 12h", finding.Message, StringComparison.Ordinal);
        Assert.Equal("set MaxTokenLifetime to 12:00:00 or less, or KeepKeysFor to 1.00:00:00 or more", finding.Mend);
    }

    [Theory]
    [InlineData("00:05:00", "00:00:30", null)]
    [InlineData("00:04:59", "00:00:30", Severity.Notice)]
    [InlineData("00:00:30", "00:00:30", Severity.Notice)]
    [InlineData("00:00:29", "00:00:30", Severity.Warning)]
    [InlineData("00:00:10", "00:00:00", null)]
    public async Task Leeway_above_a_tenth_of_token_life_is_a_notice_and_above_all_of_it_a_warning(string life, string leeway, object? severity)
    {
        _deployment.AddTarget("https://billing", $$""" "Leeway":"{{leeway}}","Issuers":[{"Issuer":"https://orders.example","MaxLifetime":"{{life}}"},{"Issuer":"https://other.example"}],""");
        Assert.Equal(severity, (await _deployment.ExamineAsync()).SingleOrDefault()?.Severity);
    }

    [Fact]
    public async Task Leeway_is_held_against_what_the_issuer_and_the_services_say_of_their_tokens()
    {
        _deployment.AddTarget("https://billing");
        _deployment.AddTarget("https://mail");
        _deployment.Asked = new IssuerAnswer(Central, new Dictionary<string, TimeSpan> { ["https://billing"] = TimeSpan.FromMinutes(1), ["https://mail"] = TimeSpan.FromMinutes(5) }, []);
        var finding = await _deployment.FindAsync();
        Assert.Equal($"its leeway is 30s, and tokens of {Central} live 1m: they are accepted for 50 % longer than they say", finding.Message);
        Assert.Equal("if the clocks are good, set Leeway to 00:00:06", finding.Mend);

        _deployment.Asked = null;
        _deployment.AddTarget("https://stock", """ "Issuers":[{"Issuer":"https://orders.internal"}],""");
        Assert.Empty(await _deployment.ExamineAsync());
        _deployment.AddTarget("https://orders", identity: """{"Issuer":"https://orders.internal","KeyFile":"keys","TokenLifetime":"00:00:20"}""");
        finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Warning, true), (finding.Severity, finding.Subject.StartsWith("target https://stock ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Targets_of_one_audience_that_trust_others_are_a_notice()
    {
        _deployment.AddTarget("https://billing");
        _deployment.AddTarget("https://billing", file: "replica");
        Assert.Empty(await _deployment.ExamineAsync());
        _deployment.AddTarget("https://billing", $$""" "Issuer":"{{Central}}","Issuers":[{"Issuer":"https://partner.example"}],""", file: "drifted");
        var finding = await _deployment.FindAsync();
        Assert.Equal((Severity.Notice, "targets https://billing"), (finding.Severity, finding.Subject));
        Assert.Contains("drifted/appsettings.json trusts https://partner.example", finding.Message, StringComparison.Ordinal);
    }
}
