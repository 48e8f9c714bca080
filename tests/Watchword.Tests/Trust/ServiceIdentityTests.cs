// A service's own identity: its keys outlive it, rotate unnoticed, are shared by replicas, and are nobody else's.
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class ServiceIdentityTests : IDisposable
{
    private const string Orders = "https://orders.internal";
    private const string Billing = "https://billing.internal";
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string KeyFile => Path.Combine(_folder.Path, "identity.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_token_says_that_the_service_speaks_for_itself()
    {
        using var identity = Open();
        var token = Accepted(identity.Sign(Billing, "invoices:read"), identity.PublishedKeys);
        Assert.Equal((Orders, Orders, Orders), (token.Issuer, token.Subject, token.ClientId));
        Assert.Equal((Billing, "invoices:read"), (Assert.Single(token.Audiences), token.Scope));
        Assert.Equal(TimeSpan.FromSeconds(60), token.ExpiresAt - token.IssuedAt);
    }

    [Fact]
    public void The_first_start_makes_the_key_file_and_the_next_ones_read_it()
    {
        string token;
        using (var identity = Open())
            token = identity.Sign(Billing);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        var content = File.ReadAllText(KeyFile);
        using var again = Open();
        Accepted(token, again.PublishedKeys);
        Assert.Equal(content, File.ReadAllText(KeyFile));
        Assert.Equal([KeyFile], Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("EdDSA")]
    public void Any_asymmetric_algorithm_will_do(string algorithm)
    {
        using (Open(algorithm: algorithm))
        {
        }
        using var again = Open(algorithm: algorithm);
        Assert.Equal(algorithm, Accepted(again.Sign(Billing), again.PublishedKeys).Algorithm.Name);
    }

    [Fact]
    public async Task Keys_rotate_for_years_and_every_token_is_accepted_to_its_end()
    {
        using var identity = Open();
        identity.Start();
        var fetched = (Keys: identity.PublishedKeys, At: _clock.GetUtcNow());
        var signers = new HashSet<string>();
        for (var day = 0; day < 3 * 365; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            await Task.Yield();
            // A target that fetches every ten minutes has the keys of ten minutes ago.
            var token = identity.Sign(Billing);
            signers.Add(Accepted(token, fetched.Keys).KeyId!);
            _clock.Advance(TimeSpan.FromMinutes(10));
            fetched = (identity.PublishedKeys, _clock.GetUtcNow());
            Assert.InRange(fetched.Keys.Keys.Count, 2, 4);
        }
        Assert.InRange(signers.Count, 30, 40);
    }

    [Fact]
    public void Replicas_share_one_file_and_take_up_each_others_keys()
    {
        using var one = Open();
        using var other = Open();
        Assert.Equal(Ids(one), Ids(other));
        one.Start();
        other.Start();
        for (var day = 0; day < 100; day++)
        {
            _clock.Advance(TimeSpan.FromHours(24));
            _clock.Advance(TimeSpan.FromMinutes(2));
            Accepted(one.Sign(Billing), other.PublishedKeys);
            Accepted(other.Sign(Billing), one.PublishedKeys);
        }
        Assert.Equal(Ids(one), Ids(other));
    }

    [Fact]
    public async Task Replicas_that_start_at_once_make_one_file()
    {
        var identities = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Open())));
        Assert.Single(identities.Select(Ids).Distinct());
        Assert.All(identities, identity => identity.Dispose());
    }

    [Theory]
    [InlineData("{}", "is damaged")]
    [InlineData("", "is damaged")]
    [InlineData("{\"issuer\":\"https://orders.internal\",\"keys\":[{}]}", "is damaged")]
    [InlineData("{\"issuer\":\"https://orders.internal\",\"keys\":[{\"state\":\"active\",\"published\":\"2027-01-01T00:00:00.0000000+00:00\",\"jwk\":{\"kty\":\"oct\"}}]}", "is damaged")]
    [InlineData("{\"issuer\":\"https://other.internal\",\"keys\":[]}", "holds the keys of 'https://other.internal'")]
    public void A_file_that_is_not_this_services_is_refused_and_left_as_it_is(string content, string word)
    {
        WriteKeyFile(content);
        Assert.Contains(word, Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public void Keys_that_do_not_go_together_are_refused()
    {
        Open().Dispose();
        var text = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, text.Replace("\"standby\"", "\"active\"", StringComparison.Ordinal));
        Assert.Contains("do not go together", Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_others_can_read_is_refused()
    {
        Open().Dispose();
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains("chmod 600", Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_breaks_while_the_service_runs_is_reported_once_and_the_keys_stay()
    {
        var reported = new List<string?>();
        using var identity = Open(onKeyFile: reported.Add);
        identity.Start();
        var content = File.ReadAllText(KeyFile);
        File.WriteAllText(KeyFile, "{");
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("is damaged", Assert.Single(reported), StringComparison.Ordinal);
        Accepted(identity.Sign(Billing), identity.PublishedKeys);
        File.WriteAllText(KeyFile, content);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, reported.Count);
        Assert.Null(reported[1]);
    }

    [Fact]
    public void A_file_that_goes_while_the_service_runs_is_reported_and_not_made_again_of_the_old_keys()
    {
        var reported = new List<string?>();
        using var identity = Open(onKeyFile: reported.Add);
        identity.Start();
        var content = File.ReadAllText(KeyFile);
        File.Delete(KeyFile);
        _clock.Advance(TimeSpan.FromDays(40));
        Assert.Contains("is gone", Assert.Single(reported), StringComparison.Ordinal);
        Assert.False(File.Exists(KeyFile));
        Accepted(identity.Sign(Billing), identity.PublishedKeys);
        WriteKeyFile(content);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([null], reported[1..]);
        Assert.NotEqual(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public void A_file_that_was_changed_after_it_was_read_is_not_overwritten()
    {
        Open().Dispose();
        var file = new ServiceKeyFile(KeyFile, Orders);
        var read = file.Read()!;
        WriteKeyFile("a spare that was put in its place");
        Assert.False(file.TryReplace(read, read));
        Assert.Equal("a spare that was put in its place", File.ReadAllText(KeyFile));
        File.Delete(KeyFile);
        Assert.False(file.TryReplace(read, read));
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public void A_symbolic_link_is_refused_before_the_first_rotation_parts_the_replicas()
    {
        var link = _folder.File("link");
        File.CreateSymbolicLink(link, KeyFile);
        Assert.Contains($"is a symbolic link to '{KeyFile}'", Assert.Throws<IOException>(() => Open(file: link)).Message, StringComparison.Ordinal);
        Open().Dispose();
        Assert.Contains("name that file itself", Assert.Throws<IOException>(() => Open(file: link)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_system_that_does_not_answer_is_reported_and_holds_up_no_token()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It takes a pipe in the place of the file.");
        var policy = new KeyPolicy { RotationInterval = TimeSpan.FromDays(1), Propagation = TimeSpan.FromSeconds(2) };
        var reported = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        var begun = TimeProvider.System.GetTimestamp();
        using var identity = new ServiceIdentity(
            new ServiceIdentityOptions { Issuer = Orders, KeyFile = KeyFile, Policy = policy, OnKeyFile = reported.Enqueue }, TimeProvider.System);
        var content = File.ReadAllText(KeyFile);
        File.Delete(KeyFile);
        using (var made = System.Diagnostics.Process.Start("mkfifo", ["-m", "600", KeyFile]))
            await made.WaitForExitAsync();
        identity.Start();
        await FetchingTarget.UntilAsync(() => !reported.IsEmpty);
        Assert.Contains("does not answer", Assert.Single(reported), StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= TimeSpan.FromSeconds(1), "It was not waited for.");
        Assert.NotEmpty(identity.Sign(Billing));
        // Whoever opens the other end lets the look go on.
        using (File.OpenHandle(KeyFile, FileMode.Open, FileAccess.Write))
        {
            File.Delete(KeyFile);
            WriteKeyFile(content);
        }
        await FetchingTarget.UntilAsync(() => reported.LastOrDefault("") is null);
    }

    [Fact]
    public void What_a_writer_that_was_killed_left_beside_the_file_goes_with_the_next_writing()
    {
        string[] leftovers = [$"{KeyFile}.{Guid.NewGuid():N}.tmp", $"{KeyFile}.{Guid.NewGuid():N}.tmp", KeyFile + ".old.tmp"];
        Assert.All(leftovers, leftover => File.WriteAllText(leftover, "a private key"));
        foreach (var old in (string[])[leftovers[0], leftovers[2]])
            File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-61));
        Open().Dispose();
        Assert.Equal([false, true, true], leftovers.Select(File.Exists));
    }

    [Fact]
    public void A_listener_that_throws_ends_neither_the_process_nor_the_rotation()
    {
        using var identity = Open(onKeyFile: _ => throw new InvalidOperationException("a broken listener"));
        identity.Start();
        var (content, keys) = (File.ReadAllText(KeyFile), Ids(identity));
        File.WriteAllText(KeyFile, "{");
        _clock.Advance(TimeSpan.FromMinutes(5));
        File.WriteAllText(KeyFile, content);
        _clock.Advance(TimeSpan.FromDays(40));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.NotEqual(keys, Ids(identity));
    }

    [Fact]
    public void A_new_key_file_takes_the_place_of_one_that_leaked()
    {
        using var identity = Open();
        identity.Start();
        var leaked = identity.Sign(Billing);
        File.Delete(KeyFile);
        using (Open())
        {
        }
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(RejectionCode.UnknownKey, Verify(leaked, identity.PublishedKeys).Rejection?.Code);
        Accepted(identity.Sign(Billing), identity.PublishedKeys);
    }

    [Fact]
    public void Impossible_settings_are_listed()
    {
        var fault = Assert.Throws<ArgumentException>(() => new ServiceIdentity(
            new ServiceIdentityOptions { Issuer = "orders", KeyFile = "", Algorithm = SignatureAlgorithm.HS256, TokenLifetime = TimeSpan.FromDays(1), KeyRotationInterval = TimeSpan.Zero }, _clock));
        Assert.All(["not a URL", "key file", "symmetric", "1 hour", "rotate"], word => Assert.Contains(word, fault.Message, StringComparison.Ordinal));
        var tooShort = new ServiceIdentityOptions { Issuer = Orders, KeyFile = KeyFile, KeyPropagationTime = TimeSpan.FromMinutes(15) };
        Assert.Contains("16 minutes", Assert.Single(tooShort.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void Impossible_tokens_are_not_signed()
    {
        using var identity = Open();
        Assert.Throws<ArgumentException>(() => identity.Sign(""));
        Assert.Throws<ArgumentException>(() => identity.Sign(Billing, "a  b"));
        Assert.Throws<ArgumentException>(() => identity.Sign(Billing, new string('a', 5000)));
    }

    private void WriteKeyFile(string content)
    {
        File.WriteAllText(KeyFile, content);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private ServiceIdentity Open(string algorithm = "ES256", Action<string?>? onKeyFile = null, string? file = null) => new(
        new ServiceIdentityOptions
        {
            Issuer = Orders,
            KeyFile = file ?? KeyFile,
            Algorithm = SignatureAlgorithm.TryFind(algorithm, out var found) ? found : throw new ArgumentException(algorithm),
            OnKeyFile = onKeyFile,
        },
        _clock);

    private VerifiedJwt Accepted(string token, KeySet keys)
    {
        var verdict = Verify(token, keys);
        Assert.True(verdict.IsAccepted, $"{verdict.Rejection} {verdict.Rejection?.Detail}");
        return verdict.Token;
    }

    private Verdict Verify(string token, KeySet keys) =>
        new JwtVerifier(new TrustEntry { Issuer = Orders, Scopes = ["*"] }.ToRules(Billing, TimeSpan.Zero, TimeSpan.FromHours(1)), keys, _clock).Verify(token);

    private static string Ids(ServiceIdentity identity) => string.Join(' ', identity.PublishedKeys.Keys.Select(key => key.KeyId).Order());
}
