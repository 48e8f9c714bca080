using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Usage;

internal sealed class UsageCounter(Database database, ILogger<UsageCounter> log, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Counts one issued token. No I/O; safe from any thread.</summary>
    public void Count(string clientId, string resource, string credentialId, DateTimeOffset now) => throw new NotImplementedException();

    public Task FlushAsync(CancellationToken ct) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

internal sealed class FailedAttempts(ILogger<FailedAttempts> log, TimeProvider clock) : IDisposable
{
    /// <summary>Counts one failed authentication. <paramref name="presented"/> is the client or credential id as sent; anything secret in it is cut.</summary>
    public void Record(string? presented, string? remoteAddress, string reason) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}
