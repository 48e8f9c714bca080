// Times contenders in turn, round by round, so that whatever slows the machine slows all of them (docs: bench/README.md).
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Watchword.Bench;

/// <param name="Name">The contender.</param>
/// <param name="Nanoseconds">The median of the rounds, for one operation.</param>
/// <param name="Spread">The distance from the first to the third quartile, as a share of the median.</param>
/// <param name="Bytes">What one operation allocates on its thread; not a number where that cannot be known.</param>
internal sealed record Measurement(string Name, double Nanoseconds, double Spread, double Bytes)
{
    private const double RoundSeconds = 0.12;

    public static IReadOnlyList<Measurement> Compare(IReadOnlyList<Contender> contenders, int rounds)
    {
        var counts = contenders.Select(Calibrate).ToArray();
        var times = contenders.Select(_ => new List<double>()).ToArray();
        var order = Enumerable.Range(0, contenders.Count).ToArray();
        var chance = new Random(rounds);
        for (var round = 0; round < rounds; round++)
        {
            // In another order each round, and each after some turns that do not count: none is always the one after a dear one, or
            // the one that finds the caches as another process left them.
            chance.Shuffle(order);
            foreach (var turn in order)
            {
                Time(contenders[turn], 1 + counts[turn] / 16);
                times[turn].Add(Time(contenders[turn], counts[turn]) / counts[turn]);
            }
        }
        return [.. contenders.Select((contender, i) => new Measurement(contender.Name, Median(times[i]), RelativeSpread(times[i]), Allocated(contender)))];
    }

    // Warms up until the compiler has nothing left to improve, and finds out how many operations fill a round.
    private static int Calibrate(Contender contender)
    {
        var deadline = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        var count = 16;
        var best = double.MaxValue;
        while (Stopwatch.GetTimestamp() < deadline)
        {
            var nanoseconds = Time(contender, count);
            best = Math.Min(best, nanoseconds / count);
            if (nanoseconds < 20_000_000)
                count *= 2;
        }
        return Math.Max(8, (int)(RoundSeconds * 1e9 / best));
    }

    private static double Time(Contender contender, int count)
    {
        if (contender.Elsewhere is { } elsewhere)
            return elsewhere(count);
        var run = contender.Run!;
        var start = Stopwatch.GetTimestamp();
        var sum = 0;
        for (var i = 0; i < count; i++)
            sum += run();
        var elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        Keep(sum);
        return elapsed;
    }

    private static double Allocated(Contender contender)
    {
        const int count = 200;
        if (contender.Run is not { } run)
            return double.NaN;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = 0;
        for (var i = 0; i < count; i++)
            sum += run();
        Keep(sum);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
    }

    // Nothing may be left out because nobody looks at its result.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
    private static void Keep(int sum) => GC.KeepAlive(sum);

    private static double Median(List<double> times) => Quantile(times, 0.5);

    private static double RelativeSpread(List<double> times) => (Quantile(times, 0.75) - Quantile(times, 0.25)) / Median(times);

    private static double Quantile(List<double> times, double share)
    {
        var sorted = times.Order().ToArray();
        return sorted[(int)Math.Round(share * (sorted.Length - 1))];
    }
}
