// A file of shared secrets, read again now and then, so that a secret is replaced without a restart.
using Microsoft.Extensions.Logging;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

/// <summary>What counts is what the file holds, not its time stamp. A file that cannot be used is reported once, and the last good secrets stay.</summary>
internal sealed class SharedSecretWatch : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);
    private readonly string _scheme;
    private readonly WatchwordOptions _options;
    private readonly TrustedIssuer _issuer;
    private readonly ILogger _logger;
    private readonly Lock _looking = new();
    private readonly ITimer? _timer;
    private volatile SharedSecrets _good;
    private volatile string? _fault;

    /// <summary>Watches the file, if the secrets came from one.</summary>
    public SharedSecretWatch(string scheme, WatchwordOptions options, SharedSecrets good, TrustedIssuer issuer, ILogger logger)
    {
        _scheme = scheme;
        _options = options;
        _good = good;
        _issuer = issuer;
        _logger = logger;
        if (options.SharedSecretFile is not null)
            _timer = (options.TimeProvider ?? TimeProvider.System).CreateTimer(_ => LookUnlessBusy(), null, LookAgain, LookAgain);
    }

    /// <summary>The secrets in use.</summary>
    public KeySet Keys => _good.Keys!;

    /// <summary>Why the file cannot be used now, in a sentence; null if it can.</summary>
    public string? Fault => _fault;

    public void Dispose() => _timer?.Dispose();

    private void LookUnlessBusy()
    {
        // Where a file system does not answer, one look waits for it, and no other.
        if (!_looking.TryEnter())
            return;
        try
        {
            Look();
        }
        catch (Exception)
        {
            // The logger's. Out of a timer nothing may be thrown: it would end the process.
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Look()
    {
        var read = SharedSecrets.Read(_options);
        var before = _fault;
        var fault = _fault = read.Fault is { } why ? $"{SchemeSection.Key(_scheme, read.Setting)} {why}." : null;
        if (fault is not null && fault != before)
            Log.SecretsNotRead(_logger, _scheme, fault);
        if (fault is not null || read.Text == _good.Text)
            return;
        _good = read;
        _issuer.Replace(Keys);
        Log.SecretsReplaced(_logger, _scheme, Keys.Keys.Count, _issuer.Rules.Issuer);
    }
}
