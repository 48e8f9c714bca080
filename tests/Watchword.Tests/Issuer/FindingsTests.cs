// What the doctor finds: each finding by what makes it, and that it goes away by its mend.
using Watchword.Files;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Findings;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Usage;

namespace Watchword.Tests.Issuer;

public sealed class FindingsTests : ExaminedStores
{
    private string KeyPath => Path.Combine(Folder, "master.key");

    [Fact]
    public async Task Nothing_is_found_where_nothing_is_wrong()
    {
        await Stores.AddCallerAsync();
        await Stores.Credentials.AddAsync("orders", null, TimeSpan.FromDays(15), default);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task A_credential_that_expires_soon_is_a_warning()
    {
        var id = await AddAsync(TimeSpan.FromDays(14));
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Warning, $"credential {id} ('api-key') of orders"), (finding.Severity, finding.Subject));
        Assert.Equal("it expires in 14 days, at 2030-01-16T03:04:05Z", finding.Message);
        Assert.Contains("watchword credential add orders", finding.Mend, StringComparison.Ordinal);
        await RevokeAsync(id);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task One_that_has_expired_is_a_warning_and_one_that_was_in_use_an_error()
    {
        var unused = await AddAsync(TimeSpan.FromDays(10));
        var used = await AddAsync(TimeSpan.FromDays(11), "billing");
        Clock.Advance(TimeSpan.FromDays(9));
        Usage.Count("billing", "https://none", used, new LastUse(Clock.GetUtcNow(), null));
        Clock.Advance(TimeSpan.FromDays(3));
        var found = await ExamineAsync();
        Assert.Equal(
            [
                (Severity.Error, $"credential {used} ('api-key') of billing", "it expired 24 h ago, at 2030-01-13T03:04:05Z, and was in use until then"),
                (Severity.Warning, $"credential {unused} ('api-key') of orders", "it expired 2 days ago, at 2030-01-12T03:04:05Z"),
            ],
            found.Select(finding => (finding.Severity, finding.Subject, finding.Message)));
        await RevokeAsync(unused);
        await RevokeAsync(used);
        Assert.Empty(await ExamineAsync());
    }

    [Fact]
    public async Task One_that_is_not_used_while_another_is_is_a_warning()
    {
        var idle = await AddAsync(null);
        var busy = (await Stores.Credentials.AddAsync("orders", "busy", null, default)).Credential.CredentialId;
        await AddAsync(null, "billing");
        Clock.Advance(TimeSpan.FromDays(90));
        Assert.Empty(await ExamineAsync());
        Usage.Count("orders", "https://none", busy, new LastUse(Clock.GetUtcNow(), null));
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Warning, $"credential {idle} ('api-key') of orders"), (finding.Severity, finding.Subject));
        Assert.Contains("never used since it was made 90 days ago", finding.Message, StringComparison.Ordinal);
        Assert.Contains($"credential revoke {idle} --if-unused-for 90d", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_master_key_that_others_can_read_or_that_is_gone_is_an_error()
    {
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Error, "master key", $"run: chmod 600 '{KeyPath}'"), (finding.Severity, finding.Subject, finding.Mend));
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Empty(await ExamineAsync());
        File.Delete(KeyPath);
        Assert.Contains("cannot be read", Assert.Single(await ExamineAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_that_others_can_reach_is_an_error()
    {
        File.SetUnixFileMode(Folder, PrivateFile.FolderMode700 | UnixFileMode.OtherExecute);
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal((Severity.Error, "data folder", $"run: chmod 700 '{Folder}'"), (finding.Severity, finding.Subject, finding.Mend));
    }

    [Fact]
    public async Task A_master_key_that_the_next_start_could_not_use_is_an_error_and_one_too_many_a_notice()
    {
        var other = Path.Combine(Temp.Path, "other.key");
        MasterKey.Create(other);
        using (var rewrap = new MasterKeyRewrap(new MasterKeyPlace(Stores.Folder, null, Stores.Database), Stores.Database))
            await rewrap.RunAsync(other, default);
        var finding = Assert.Single(await ExamineAsync());
        Assert.Equal(Severity.Error, finding.Severity);
        Assert.Contains($"'{KeyPath}' does not fit", finding.Message, StringComparison.Ordinal);

        Assert.Equal([], await ExamineAsync(other));
        Assert.Equal([], await ExamineAsync($"{KeyPath}:{other}"));
        var notice = Assert.Single(await ExamineAsync($"{other}:{KeyPath}"));
        Assert.Equal(Severity.Notice, notice.Severity);
    }

    [Fact]
    public async Task A_check_that_cannot_be_made_is_a_finding_and_keeps_back_no_other()
    {
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await Stores.ExecuteAsync("ALTER TABLE credential RENAME TO away");
        var found = await ExamineAsync();
        Assert.Equal(["credentials", "master key"], found.Select(finding => finding.Subject));
        Assert.All(found, finding => Assert.Equal(Severity.Error, finding.Severity));
    }

    [Fact]
    public async Task The_log_warns_at_the_start_and_daily_and_once_when_one_has_expired_that_was_in_use()
    {
        var log = new WrittenLog<ExpiryLog>();
        var used = await AddAsync(TimeSpan.FromDays(15));
        var unused = await AddAsync(TimeSpan.FromDays(14.5), "billing");
        await using var watch = new ExpiryLog(new CredentialReview(Stores.Database), log, Clock);
        await AdvanceAsync(0);
        Assert.Empty(log.Lines);
        await AdvanceAsync(1);
        Assert.Equal(
            [
                $"The credential {unused} ('api-key') of billing expires at 2030-01-16 15:04:05Z, 13 days from now: give the client another and revoke this one.",
                $"The credential {used} ('api-key') of orders expires at 2030-01-17 03:04:05Z, 14 days from now: give the client another and revoke this one.",
            ],
            log.Lines);
        for (var day = 2; day < 15; day++)
            await AdvanceAsync(1);
        Assert.Equal(28, log.Lines.Count);

        Usage.Count("orders", "https://none", used, new LastUse(Clock.GetUtcNow(), null));
        await Usage.FlushAsync(default);
        await AdvanceAsync(1);
        await AdvanceAsync(1);
        Assert.Equal(
            [$"The credential {used} ('api-key') of orders expired at 2030-01-17 03:04:05Z, 0 s ago: give the client another and revoke this one."],
            log.Lines.Skip(28));

        async Task AdvanceAsync(int days)
        {
            Clock.Advance(TimeSpan.FromDays(days));
            await watch.IdleAsync();
        }
    }

    [Fact]
    public async Task The_lines_of_one_day_are_bounded()
    {
        var log = new WrittenLog<ExpiryLog>();
        for (var i = 0; i < 30; i++)
            await AddAsync(TimeSpan.FromDays(3), $"client-{i}");
        await using (var watch = new ExpiryLog(new CredentialReview(Stores.Database), log, Clock))
            await watch.IdleAsync();
        Assert.Equal(21, log.Lines.Count);
        Assert.Contains("watchword doctor", log.Lines[20], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_cannot_read_says_so_and_tries_again()
    {
        var log = new WrittenLog<ExpiryLog>();
        await AddAsync(TimeSpan.FromDays(3));
        await Stores.ExecuteAsync("ALTER TABLE credential RENAME TO away");
        await using var watch = new ExpiryLog(new CredentialReview(Stores.Database), log, Clock);
        await watch.IdleAsync();
        Assert.Contains("could not be looked for", Assert.Single(log.Lines), StringComparison.Ordinal);
        await Stores.ExecuteAsync("ALTER TABLE away RENAME TO credential");
        Clock.Advance(TimeSpan.FromDays(1));
        await watch.IdleAsync();
        Assert.Contains("expires at", log.Lines[1], StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<Finding>> ExamineAsync(string? externalFiles = null)
    {
        var credentials = new CredentialCheck(new CredentialReview(Stores.Database), Usage, Clock);
        var masterKey = new MasterKeyCheck(new MasterKeyPlace(Stores.Folder, externalFiles, Stores.Database), Stores.Folder, Stores.Database);
        return await new Doctor(credentials, masterKey).ExamineAsync(default);
    }

    private async Task<string> AddAsync(TimeSpan? life, string client = "orders") =>
        (await Stores.Clients.CreateAsync(client, null, life, default)).Credential.Credential.CredentialId;

    private Task<Credential> RevokeAsync(string id) => Stores.Credentials.RevokeAsync(id, null, found => found, default);
}
