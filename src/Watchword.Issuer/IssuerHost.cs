// The issuer inside an application: up before the application listens, down after it has stopped listening.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Watchword.Issuer;

internal sealed class IssuerHost(IOptions<IssuerOptions> options, ILoggerFactory logs, TimeProvider clock)
    : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private RunningIssuer? _running;

    /// <summary>The issuer, while it is up.</summary>
    public RunningIssuer? Running => Volatile.Read(ref _running);

    public async Task StartingAsync(CancellationToken cancellationToken) =>
        Volatile.Write(ref _running, await RunningIssuer.StartAsync(options.Value, logs, clock, cancellationToken));

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    // Also where the application fails to start after the issuer did: a port in use, for one.
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _running, null)?.DisposeAsync() ?? ValueTask.CompletedTask;

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
