// The whole way once, for real: dotnet run --project samples/Quickstart [-- --once]
using Quickstart;

if (args is not ([] or ["--once"]))
{
    Console.Error.WriteLine("usage: dotnet run --project samples/Quickstart [-- --once]");
    return 2;
}

using var stopped = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stopped.Cancel();
};
using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        stopped.Cancel();
    });

using var stage = new Stage();
using var story = new Story(stage);
try
{
    await story.TellAsync().WaitAsync(stopped.Token);
    if (args.Length > 0)
        return 0;
    Console.WriteLine($"""

        Everything is still running; Ctrl+C ends it. To try next, in another terminal:

          curl -i {story.BillingUrl}/invoices                 no token: 401
          curl -s {story.OrdersUrl}/                          Orders calls Billing
          watchword() (dotnet run --project src/Watchword.Cli -- "$@")
          watchword client show orders --data {stage.DataFolder}
          TOKEN=$(watchword token request --issuer {stage.IssuerUrl} --client orders --api-key-file {stage.ApiKeyFile} --resource https://billing)
          curl -s {story.BillingUrl}/invoices -H "Authorization: Bearer $TOKEN"
          echo "$TOKEN" | watchword token verify --issuer {stage.IssuerUrl} --audience https://billing
        """);
    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopped.Token);
    return 0;
}
catch (OperationCanceledException)
{
    return args.Length > 0 ? 1 : 0;
}
catch (Exception fault) when (fault is UnexpectedException or HttpRequestException)
{
    Console.Error.WriteLine($"NOT AS IT SHOULD BE: {fault.Message}");
    return 1;
}
