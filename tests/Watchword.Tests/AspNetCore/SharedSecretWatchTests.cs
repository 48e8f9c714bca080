// A file of shared secrets is replaced while the service runs: nobody is refused who holds a token by a secret that stays.
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

public sealed class SharedSecretWatchTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly SharedSecret _old = SharedSecret.Generate();
    private readonly SharedSecret _new = SharedSecret.Generate();

    private string Secrets => _temp.File("secrets");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_secret_is_replaced_without_a_restart()
    {
        Write(_old.Reveal());
        await using var issuer = new IssuerDouble();
        await using var target = await StartAsync(issuer);
        var (byOld, byNew) = (Token(issuer, _old), Token(issuer, _new));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), await TryAsync(target, byOld, byNew));
        Write($"{_old.Reveal()}\n{_new.Reveal()}\n");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), await TryAsync(target, byOld, byNew));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await TryAsync(target, byOld, byNew));
        Write(_new.Reveal());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), await TryAsync(target, byOld, byNew));
        Assert.Equal(2, target.Log.Of("SecretsReplaced").Count());
        Assert.DoesNotContain(target.Log.Lines, line => line.Text.Contains("wws_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_logger_that_throws_does_not_end_the_process_and_the_secret_is_replaced()
    {
        Write(_old.Reveal());
        await using var issuer = new IssuerDouble();
        await using var target = await StartAsync(issuer, new BrokenLogger("SecretsReplaced"));
        Write(_new.Reveal());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), await TryAsync(target, Token(issuer, _old), Token(issuer, _new)));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("broken")]
    [InlineData("open to others")]
    public async Task A_file_that_cannot_be_used_keeps_the_last_good_secrets_and_is_warned_about_once(string trouble)
    {
        Write(_old.Reveal());
        await using var issuer = new IssuerDouble();
        await using var target = await StartAsync(issuer);
        switch (trouble)
        {
            case "missing":
                File.Delete(Secrets);
                break;
            case "open to others":
                _temp.WriteSecret("secrets", _new.Reveal(), UnixFileMode.UserRead | UnixFileMode.OtherRead);
                break;
            default:
                Write(trouble == "empty" ? "" : _new.Reveal()[..^1]);
                break;
        }
        for (var i = 0; i < 5; i++)
            _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), await TryAsync(target, Token(issuer, _old), Token(issuer, _new)));
        var line = Assert.Single(target.Log.Of("SecretsNotRead")).Text;
        Assert.Contains("Authentication:Schemes:Watchword:SharedSecretFile ", line);
        Assert.All(new[] { _old, _new }, secret => Assert.DoesNotContain(secret.Reveal()[..20], line));
        Write(_new.Reveal());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), await TryAsync(target, Token(issuer, _old), Token(issuer, _new)));
    }

    [Fact]
    public async Task A_file_that_was_only_touched_changes_nothing()
    {
        Write(_old.Reveal());
        await using var issuer = new IssuerDouble();
        await using var target = await StartAsync(issuer);
        File.SetLastWriteTimeUtc(Secrets, _clock.GetUtcNow().UtcDateTime.AddHours(1));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(target.Log.Of("SecretsReplaced"));
        Assert.Empty(target.Log.Of("SecretsNotRead"));
        Write(_new.Reveal());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(target.Log.Of("SecretsReplaced")); // or nobody looked
    }

    private Task<TargetApp> StartAsync(IssuerDouble issuer, ILoggerProvider? logs = null)
    {
        var settings = TargetApp.Settings(issuer.Url);
        settings["Authentication:Schemes:Watchword:SharedSecretFile"] = Secrets;
        return TargetApp.StartAsync(settings, services =>
        {
            services.AddAuthentication().AddWatchword(options => options.TimeProvider = _clock);
            if (logs is not null)
                services.AddSingleton(logs);
        });
    }

    private sealed class BrokenLogger(string name) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == name)
                throw new InvalidOperationException("a broken logger");
        }

        public void Dispose()
        {
        }
    }

    private void Write(string text)
    {
        File.Delete(Secrets);
        _temp.WriteSecret("secrets", text);
    }

    // Issued now by the clock of the target.
    private string Token(IssuerDouble issuer, SharedSecret secret)
    {
        using var key = secret.ToSigningKey();
        return issuer.Token(age: TimeProvider.System.GetUtcNow() - _clock.GetUtcNow(), key: key);
    }

    private static async Task<(HttpStatusCode Old, HttpStatusCode New)> TryAsync(TargetApp target, string byOld, string byNew)
    {
        using var old = await target.GetAsync("/", byOld);
        using var fresh = await target.GetAsync("/", byNew);
        return (old.StatusCode, fresh.StatusCode);
    }
}
