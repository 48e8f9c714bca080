// Work on the database that is done again and again in the background. A fault ends nothing: the pauses grow until it goes well again.
namespace Watchword.Issuer.Storage;

/// <param name="work">What is done; never twice at a time.</param>
/// <param name="interval">The pause after it went well.</param>
/// <param name="clock">What time it is.</param>
internal sealed class RepeatedWork(Func<CancellationToken, Task> work, TimeSpan interval, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _working = new(1, 1);
    private ITimer? _timer;
    private TimeSpan? _backedOff;

    /// <summary>Told why it failed, each time.</summary>
    public required Action<Exception> OnFault { get; init; }

    /// <summary>Told when it goes well after it had failed.</summary>
    public required Action OnRecovery { get; init; }

    private TimeSpan Pause => _backedOff ?? interval;

    /// <summary>Begins to repeat it, for the first time after a pause.</summary>
    public void Start() => _timer = clock.CreateTimer(_ => _ = RunUnlessBrokenAsync(), null, Pause, Timeout.InfiniteTimeSpan);

    /// <summary>Does it now, after whoever is doing it. What it throws is thrown.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await _working.WaitAsync(ct);
        try
        {
            await work(ct);
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Does it now, and throws nothing.</summary>
    public async Task RunUnlessBrokenAsync()
    {
        try
        {
            await RunAsync(CancellationToken.None);
            if (_backedOff is not null) OnRecovery();
            _backedOff = null;
        }
        catch (Exception fault)
        {
            _backedOff = Pause * 2 < LongestPause ? Pause * 2 : LongestPause;
            OnFault(fault);
        }
        finally
        {
            Again();
        }
    }

    private void Again()
    {
        try
        {
            _timer?.Change(Pause, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The issuer stops.
        }
    }

    /// <summary>Ends it, after what is being done. Nobody can do it from then on.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync();
        await _working.WaitAsync();
    }
}
