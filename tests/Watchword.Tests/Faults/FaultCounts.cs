// What the caller counted at one target.
using System.Text.Json;

namespace Watchword.Tests.Faults;

internal sealed class FaultCounts(string target, JsonElement counts)
{
    public string Target => target;

    public long Sent => Of("sent");

    public long Accepted => Of("accepted");

    public long SentToBeRefused => Of("sent to be refused");

    /// <summary>Requests that came to nothing although they should have passed, whatever a second attempt did about them.</summary>
    public long WronglyRefused => Math.Max(Sum("wrongly refused"), Sum("failed"));

    public long WronglyAccepted => Sum("wrongly accepted");

    public long NotThere => Of("not there");

    /// <summary>Why requests were refused that should have passed: status and challenge.</summary>
    public IEnumerable<string> RefusalReasons => counts.EnumerateObject().Select(static each => each.Name).Where(static name => name.StartsWith("wrongly refused", StringComparison.Ordinal));

    /// <summary>Whether so much was sent that the counts mean something.</summary>
    public static bool AreLoad(IReadOnlyCollection<FaultCounts> all) => all.Sum(static each => each.Accepted) > 50 && all.Sum(static each => each.SentToBeRefused) > 5;

    public long Of(string what) => counts.TryGetProperty(what, out var count) ? count.GetInt64() : 0;

    public override string ToString() => $"{target}: {counts}";

    private long Sum(string start) => counts.EnumerateObject().Where(each => each.Name.StartsWith(start, StringComparison.Ordinal)).Sum(static each => each.Value.GetInt64());
}
