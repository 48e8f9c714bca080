// The gates of all Watchword schemes in this host, each opened once. Starting the host opens them, and waits for no issuer.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Watchword.AspNetCore;

internal sealed class SchemeGates : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<SchemeGate>> _gates = new();
    private readonly Func<string, Lazy<SchemeGate>> _open;
    private readonly IAuthenticationSchemeProvider _schemes;

    public SchemeGates(
        IOptionsMonitor<WatchwordOptions> options, IAuthenticationSchemeProvider schemes, ILoggerFactory loggers, IMeterFactory meters)
    {
        _schemes = schemes;
        var logger = loggers.CreateLogger("Watchword");
        var verifications = meters.Create("Watchword").CreateCounter<long>(
            "watchword.verifications", unit: "{token}", description: "Tokens verified; error.type is the code of a refusal.");
        _open = scheme => new Lazy<SchemeGate>(() => new SchemeGate(scheme, options.Get(scheme), logger, verifications));
    }

    public SchemeGate Of(string scheme) => _gates.GetOrAdd(scheme, _open).Value;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var scheme in await _schemes.GetAllSchemesAsync())
        {
            if (scheme.HandlerType == typeof(WatchwordHandler))
                _ = Of(scheme.Name);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var gate in _gates.Values)
        {
            if (gate.IsValueCreated)
                gate.Value.Dispose();
        }
        _gates.Clear();
    }
}
