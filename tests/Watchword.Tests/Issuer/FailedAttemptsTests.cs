// Failed authentications in the log: the first at once, the sum once a minute, never a secret, never without bound.
using Microsoft.Extensions.Time.Testing;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Usage;
using Watchword.Keys;

namespace Watchword.Tests.Issuer;

public sealed class FailedAttemptsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly WrittenLog<FailedAttempts> _log = new();
    private readonly FailedAttempts _attempts;

    public FailedAttemptsTests() => _attempts = new FailedAttempts(_log, _clock);

    public void Dispose() => _attempts.Dispose();

    [Fact]
    public void The_first_failure_is_logged_at_once_and_then_the_sum_each_minute()
    {
        for (var i = 0; i < 100; i++)
            Record("orders");
        Assert.Equal("Refused 1 authentications as 'orders' from 10.0.0.1; the last: the secret is wrong.", Assert.Single(_log.Lines));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("Refused 99 authentications as 'orders'", _log.Lines[1], StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void A_clock_that_is_set_back_silences_nothing()
    {
        var clock = new JumpingClock { Off = TimeSpan.FromDays(1) };
        using var attempts = new FailedAttempts(_log, clock);
        attempts.Record("orders", "10.0.0.1", "the secret is wrong");
        attempts.Record("orders", "10.0.0.1", "the secret is wrong");
        clock.Off = TimeSpan.Zero;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _log.Lines.Count);
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, attempts.Entries);
    }

    [Fact]
    public void A_logger_that_throws_does_not_end_the_process()
    {
        var log = new WrittenLog<FailedAttempts>();
        using var attempts = new FailedAttempts(log, _clock);
        attempts.Record("orders", "10.0.0.1", "the secret is wrong");
        attempts.Record("orders", "10.0.0.1", "the secret is wrong");
        log.IsBroken = true;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, log.Lines.Count);
    }

    [Fact]
    public void Ids_and_addresses_are_told_apart()
    {
        Record("orders");
        Record("billing");
        _attempts.Record("orders", "10.0.0.2", "the secret is wrong");
        Assert.Equal(3, _log.Lines.Count);
    }

    [Fact]
    public void A_flood_of_ids_fills_neither_memory_nor_log()
    {
        for (var i = 0; i < 20_000; i++)
            Record($"guess-{i}");
        Assert.Equal(1_000, _attempts.Entries);
        Assert.Equal(1_000, _log.Lines.Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1_001, _log.Lines.Count);
        Assert.Contains("Refused 19000 authentications as '(others)'", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_quiet_is_forgotten()
    {
        Record("orders");
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, _attempts.Entries);
        Record("orders");
        Assert.Equal(2, _log.Lines.Count);
    }

    [Theory]
    [InlineData(null, "(none)")]
    [InlineData("", "(none)")]
    [InlineData("a\r\nb'c\"d\\e\u00e4\u0000\u001b[31m", "a??b?c?d?e???[31m")]
    public void What_was_sent_is_made_plain(string? sent, string logged) => Assert.Equal(logged, PresentedId.ForLog(sent));

    [Fact]
    public void What_was_sent_is_cut() => Assert.Equal(new string('x', 64) + "...", PresentedId.ForLog(new string('x', 100_000)));

    [Fact]
    public void A_secret_sent_as_an_id_is_not_logged()
    {
        foreach (var secret in (string[])[ApiKey.Generate().Reveal(), SharedSecret.Generate().Reveal()])
        {
            foreach (var sent in (string[])[secret, $"orders:{secret}", secret.ToUpperInvariant(), secret[..^1], $"{new string('x', 50)}{secret}", secret + secret])
            {
                var logged = PresentedId.ForLog(sent);
                Assert.DoesNotContain(secret.Split('_')[2][..5], logged, StringComparison.OrdinalIgnoreCase);
                Assert.EndsWith("...", logged, StringComparison.Ordinal);
            }
        }
        Record(ApiKey.Generate().Reveal());
        Assert.Matches("'wwk_[0-9A-Za-z]{16}\\.\\.\\.'", Assert.Single(_log.Lines));
    }

    private void Record(string id) => _attempts.Record(id, "10.0.0.1", "the secret is wrong");
}
