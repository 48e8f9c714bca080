// `watchword doctor` as an operator runs it: against a real issuer and settings in files, by its exit codes and its JSON.
using System.Text.Json;
using Watchword.Tests.House;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class DoctorCommandTests
{
    private const string Sound = """{"Authentication":{"Schemes":{"Watchword":{"Issuer":"https://auth.example","Audience":"https://billing"}}}}""";

    [Fact]
    public async Task Issuer_and_targets_are_looked_at_together_and_the_worst_comes_first()
    {
        await using var server = await WatchwordServer.StartAsync();
        await server.JsonAsync("resource", "create", "https://billing", "--lifetime", "20s");
        var target = server.Write("billing.json", Sound.Replace("https://auth.example", server.Url, StringComparison.Ordinal).Replace("\"Audience\"", "\"Leway\":\"00:00:30\",\"Audience\"", StringComparison.Ordinal));
        var finished = await server.RunCliAsync("doctor", "--settings", target, "--output", "json");
        Assert.Equal(1, finished.ExitCode);
        Assert.Equal($"Looked at: 1 target, 1 published key set, the issuer {server.Url} on this machine.", finished.Errors.TrimEnd());
        var json = JsonElement.Parse(finished.Output);
        Assert.Equal(["findings"], json.EnumerateObject().Select(member => member.Name));
        var findings = json.GetProperty("findings").EnumerateArray().ToArray();
        Assert.All(findings, finding => Assert.Equal(["severity", "subject", "message", "mend"], finding.EnumerateObject().Select(member => member.Name)));
        Assert.Equal(
            [("error", $"settings {target}"), ("warning", $"issuer {server.Url}"), ("warning", $"target https://billing ({target})")],
            findings.Select(finding => (finding.GetProperty("severity").GetString()!, finding.GetProperty("subject").GetString()!)));

        var text = (await server.RunCliAsync("doctor", "--settings", target, "--no-fetch")).Output.Split('\n');
        Assert.Equal($"error: settings {target}: Authentication:Schemes:Watchword:Leway is not a setting of this scheme", text[0]);
        Assert.StartsWith("  remove it, or correct its name", text[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_issuer_on_this_machine_a_deployment_is_looked_at_all_the_same()
    {
        await using var server = WatchwordServer.Prepare();
        var target = server.Write("billing.json", Sound);
        var well = await server.RunCliAsync("doctor", "--settings", target, "--no-fetch");
        Assert.Equal((0, "Nothing was found."), (well.ExitCode, well.Output.TrimEnd()));
        Assert.Empty((await server.JsonAsync("doctor", "--settings", target, "--no-fetch")).GetProperty("findings").EnumerateArray());
        (await server.RunCliAsync("doctor", "--settings", target, "--no-fetch", "--data", server.DataFolder)).OneSentence(Sentences.Unreachable, "No issuer is serving");
    }

    [Fact]
    public async Task A_notice_alone_is_no_reason_to_stop_a_pipeline()
    {
        await using var server = WatchwordServer.Prepare();
        var target = server.Write("billing.json", Sound.Replace("\"Audience\"", "\"Issuers\":[{\"Issuer\":\"https://partner.example\",\"Scopes\":[\"*\"]}],\"Audience\"", StringComparison.Ordinal));
        var finished = await server.RunCliAsync("doctor", "--settings", target, "--no-fetch");
        Assert.Equal(0, finished.ExitCode);
        Assert.StartsWith("notice: issuer https://partner.example at target https://billing", finished.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_an_issuer_left_behind_is_passed_over()
    {
        await using var server = WatchwordServer.Prepare();
        var target = server.Write("billing.json", Sound);
        Directory.CreateDirectory(server.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "admin.sock"), "");
        var finished = await server.RunCliAsync("doctor", "--settings", target, "--no-fetch");
        Assert.Equal(0, finished.ExitCode);
        Assert.Contains("The issuer of this machine was passed over. No issuer is serving", finished.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_misuse()
    {
        await using var server = WatchwordServer.Prepare();
        (await server.RunCliAsync("doctor", "--settings", Path.Combine(server.Home, "none.json"))).OneSentence(Sentences.Misuse, "none.json", "cannot be read");
        (await server.RunCliAsync("doctor", "--settings", server.Write("text.json", "no JSON"))).OneSentence(Sentences.Misuse, "text.json", "JSON");
        (await server.RunCliAsync("doctor", "--settings", "")).OneSentence(Sentences.Misuse, "--settings names no file");
        (await server.RunCliAsync("doctor", "--bundle", Path.Combine(server.Home, "none.json"))).OneSentence(Sentences.Misuse, "none.json", "cannot be read");
        (await server.RunCliAsync("doctor", "--settings", server.Write("billing.json", Sound), "--ca-file", Path.Combine(server.Home, "none.pem"))).OneSentence(Sentences.Misuse, "none.pem");
        var keyAlone = await server.RunCliAsync("doctor", "--bundle-key", "key.jwk");
        Assert.Equal((2, true), (keyAlone.ExitCode, keyAlone.Errors.StartsWith("--bundle-key says who must have signed --bundle", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_samples_have_nothing_wrong_but_that_they_are_for_one_machine()
    {
        await using var server = WatchwordServer.Prepare();
        string[] settings = [.. Directory.GetDirectories(Repository.PathOf("samples")).Select(folder => Path.Combine(folder, "appsettings.json")).Where(File.Exists).Order()];
        Assert.NotEmpty(settings);
        var finished = await server.RunCliAsync(["doctor", "--no-fetch", "--output", "json", .. settings.SelectMany(file => (string[])["--settings", file])]);
        var grave = JsonElement.Parse(finished.Output).GetProperty("findings").EnumerateArray().Where(finding => finding.GetProperty("severity").GetString() != "notice");
        Assert.All(grave, finding => Assert.Equal("it is plain HTTP, and only this machine can use it", finding.GetProperty("message").GetString()));
        Assert.Equal(1, finished.ExitCode);
    }
}
