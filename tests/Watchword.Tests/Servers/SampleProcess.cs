// A sample as somebody who tries it runs it: its build output as a process of its own.
using Watchword.Tests.House;

namespace Watchword.Tests.Servers;

internal static class SampleProcess
{
    public static RunningProcess Start(string sample, IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        var folder = Repository.PathOf($"samples/{sample}");
        var file = Path.Combine(folder, "bin", Repository.Configuration, "net10.0", sample + ".dll");
        Assert.SkipUnless(File.Exists(file), $"The sample is not built ({Repository.Relative(file)}).");
        return RunningProcess.Start("dotnet", ["exec", file, .. arguments], variables, folder);
    }
}
