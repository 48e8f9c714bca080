// The gates of all Watchword schemes in this host, each opened once. Starting the host opens them, and waits for no issuer.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Jwe;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class SchemeGates : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SchemeGate>> _gates = new();
    private readonly Func<string, Lazy<SchemeGate>> _open;
    private readonly AuthenticationOptions _authentication;

    public SchemeGates(
        IOptionsMonitor<WatchwordOptions> options, IOptions<AuthenticationOptions> authentication, ILoggerFactory loggers, IMeterFactory meters)
    {
        _authentication = authentication.Value;
        var logger = loggers.CreateLogger("Watchword");
        var metrics = new TargetMetrics(meters.Create("Watchword"), () => Opened.SelectMany(gate => gate.Keys), () => Opened.Select(gate => gate.Bundle).OfType<BundleState>());
        _open = scheme => new Lazy<SchemeGate>(() => new SchemeGate(scheme, options.Get(scheme), logger, metrics));
    }

    /// <summary>The names of all Watchword schemes.</summary>
    public IEnumerable<string> Names =>
        _authentication.Schemes.Where(scheme => scheme.HandlerType == typeof(WatchwordHandler)).Select(scheme => scheme.Name);

    private IEnumerable<SchemeGate> Opened => _gates.Values.Where(gate => gate.IsValueCreated).Select(gate => gate.Value);

    public SchemeGate Of(string scheme) => _gates.GetOrAdd(scheme, _open).Value;

    /// <summary>The public encryption keys of one scheme, or of all, each once.</summary>
    /// <exception cref="InvalidOperationException">There is none, or two have one <c>kid</c>.</exception>
    public EncryptionKeySet PublicKeysOf(string? scheme)
    {
        var schemes = Names.Where(name => scheme is null || name == scheme).ToArray();
        var keys = schemes.SelectMany(name => Of(name).PublicKeys).DistinctBy(key => key.ToJwk().Thumbprint()).ToArray();
        if (keys.Length == 0)
            throw new InvalidOperationException(schemes.Length == 0
                ? $"There is no Watchword scheme {scheme} whose keys could be published: call AddWatchword first."
                : $"There is no key to publish: set {SchemeSection.Key(schemes[0], nameof(WatchwordOptions.DecryptionKeyFiles))} to a file with a private key, or do not call MapWatchwordKeys.");
        if (keys.DistinctBy(key => key.KeyId).Count() < keys.Length)
            throw new InvalidOperationException("Several schemes have different keys of one kid: give each key a kid of its own, or publish each scheme's in a place of its own.");
        return new EncryptionKeySet(keys);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Names)
            _ = Of(name);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var gate in Opened)
            gate.Dispose();
        _gates.Clear();
    }
}
