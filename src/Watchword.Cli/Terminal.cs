// Where a command reads and writes, so that a test can stand in for the process.
namespace Watchword.Cli;

/// <summary>The streams and the clock a command works with.</summary>
internal sealed record Terminal(Func<Stream> OpenInput, TextWriter Output, TextWriter Error, TimeProvider Clock)
{
    /// <summary>True when somebody types at the other end of standard input.</summary>
    public bool InputIsTyped { get; private init; }

    /// <summary>True when somebody watches standard error, so that progress is worth a line.</summary>
    public bool ErrorIsWatched { get; private init; }

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess() => new(Console.OpenStandardInput, Console.Out, Console.Error, TimeProvider.System)
    {
        InputIsTyped = !Console.IsInputRedirected,
        ErrorIsWatched = !Console.IsErrorRedirected,
    };

    /// <summary>Waits for <paramref name="work"/>; after a second, and only where somebody watches, says what it is waiting for.</summary>
    public async Task<T> WaitAsync<T>(Task<T> work, string notice)
    {
        if (ErrorIsWatched)
        {
            using var finished = new CancellationTokenSource();
            var second = Task.Delay(TimeSpan.FromSeconds(1), Clock, finished.Token);
            if (await Task.WhenAny(work, second) == second)
                await Error.WriteLineAsync(notice);

            await finished.CancelAsync();
        }

        return await work;
    }
}
