// How a house rule fails: the rule in a sentence, then every place that breaks it.
namespace Watchword.Tests.House;

internal static class Violations
{
    public static void None(string rule, IEnumerable<string> found)
    {
        var places = found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (places.Count > 0)
        {
            Assert.Fail($"{rule} Broken {places.Count} times:{Environment.NewLine}{string.Join(Environment.NewLine, places)}");
        }
    }
}
