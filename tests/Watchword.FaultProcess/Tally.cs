// What the caller saw, by target: how many requests should have passed and did, and which did not; and the same of those that should not have.
using System.Text.Json.Nodes;

namespace Watchword.FaultProcess;

internal sealed class Tally
{
    private const int MostReasons = 50;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SortedDictionary<string, long>> _counts = [];
    private readonly List<string> _kids = [];

    /// <summary>One more of something at one target.</summary>
    public void Count(CalledTarget target, string what)
    {
        lock (_gate)
        {
            if (!_counts.TryGetValue(target.Name, out var counts))
                _counts[target.Name] = counts = [];
            if (!counts.ContainsKey(what) && counts.Count == MostReasons)
                what = "other";
            counts[what] = counts.GetValueOrDefault(what) + 1;
        }
    }

    public void See(string kid)
    {
        lock (_gate)
        {
            if (!_kids.Contains(kid))
                _kids.Add(kid);
        }
    }

    public string ToJson()
    {
        lock (_gate)
        {
            return new JsonObject
            {
                ["kids"] = new JsonArray([.. _kids.Select(static kid => (JsonNode)kid)]),
                ["targets"] = Node(_counts, static counts => Node(counts, static count => JsonValue.Create(count))),
            }.ToJsonString();
        }
    }

    private static JsonObject Node<T>(SortedDictionary<string, T> entries, Func<T, JsonNode> node) =>
        new(entries.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)node(each.Value))));
}
