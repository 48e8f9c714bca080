// How long each property is tried, and what a failure says: the smallest case found, and the seed that brings it back.
using CsCheck;

namespace Watchword.Tests.Properties;

internal static class Property
{
    // CsCheck_Time=60 tries each for a minute; CsCheck_Seed=… repeats the case whose seed a failure printed.
    private const int Seconds = 2;

    public static void Holds<T>(this Gen<T> cases, Action<T> property, Func<T, string>? print = null)
    {
        var time = Environment.GetEnvironmentVariable("CsCheck_Time") is { } asked ? int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture) : Seconds;
        cases.Sample(property, TestContext.Current.TestOutputHelper!.WriteLine, time: time, threads: 1, print: print);
    }

    public static void Holds<T1, T2>(this Gen<(T1, T2)> cases, Action<T1, T2> property) => cases.Holds(made => property(made.Item1, made.Item2));

    public static void Holds<T1, T2, T3>(this Gen<(T1, T2, T3)> cases, Action<T1, T2, T3> property) => cases.Holds(made => property(made.Item1, made.Item2, made.Item3));
}
