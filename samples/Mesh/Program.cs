// Five services, each its own issuer, and no server in the middle: dotnet run --project samples/Mesh [-- --once] [--svg FILE]
using System.Runtime.InteropServices;
using Mesh;

if (Arguments.TryRead(args) is not { } arguments)
{
    Console.Error.WriteLine("usage: dotnet run --project samples/Mesh [-- [--once] [--svg FILE]]");
    return 2;
}

using var stopped = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var fleet = new Fleet();
using var story = new Story(fleet, arguments.Picture ?? fleet.PictureFile);
try
{
    await story.TellAsync().WaitAsync(stopped.Token);
    if (arguments.IsOnce)
        return 0;
    story.SayWhatToTry();
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped.Token);
    return 0;
}
catch (OperationCanceledException)
{
    return arguments.IsOnce ? 1 : 0;
}
catch (Exception fault) when (fault is UnexpectedException or HttpRequestException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"NOT AS IT SHOULD BE: {fault.Message}");
    return 1;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stopped.Cancel();
}
