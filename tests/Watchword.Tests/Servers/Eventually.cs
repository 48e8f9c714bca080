// Waits for something to come true that a slow machine may take its time for.
using System.Diagnostics;

namespace Watchword.Tests.Servers;

internal static class Eventually
{
    /// <summary>Asks again and again until it is so, for 60 s at most.</summary>
    public static async Task IsSoAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "It did not come true within 60 seconds.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
