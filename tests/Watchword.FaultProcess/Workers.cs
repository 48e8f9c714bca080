// Work that is done again and again beside other work, until it is told to stop.
namespace Watchword.FaultProcess;

internal sealed class Workers : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _running = [];

    /// <summary>Cancelled when it is time to stop.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins a piece of work, with a pause after each time.</summary>
    public void Add(TimeSpan pause, Func<Task> work) => _running.Add(Task.Run(() => RepeatAsync(work, pause)));

    /// <summary>Ends all of it. What went wrong in a way that nobody counted is thrown here.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RepeatAsync(Func<Task> work, TimeSpan pause)
    {
        try
        {
            while (!Stopping.IsCancellationRequested)
            {
                await work();
                await Task.Delay(pause, TimeProvider.System, Stopping);
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }
}
