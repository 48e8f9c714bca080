// Who reaches whom: the circles of a directed graph, which are its strongly connected components of two nodes or more.

namespace Watchword.Cli.Findings;

internal sealed class TrustGraph(IReadOnlyDictionary<string, IReadOnlyCollection<string>> edges)
{
    /// <summary>The circles, each with its members in ordinal order, in the order of their first members.</summary>
    public IReadOnlyList<string[]> Circles()
    {
        var there = edges.Keys.ToDictionary(node => node, node => Reached(node, edges), StringComparer.Ordinal);
        var circles = new List<string[]>();
        var placed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in edges.Keys.Order(StringComparer.Ordinal))
        {
            if (!placed.Add(node))
                continue;
            string[] circle = [node, .. there[node].Where(other => other != node && there[other].Contains(node)).Order(StringComparer.Ordinal)];
            placed.UnionWith(circle);
            if (circle.Length > 1)
                circles.Add(circle);
        }
        return circles;
    }

    private static HashSet<string> Reached(string start, IReadOnlyDictionary<string, IReadOnlyCollection<string>> edges)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out var node))
        {
            foreach (var next in edges[node])
            {
                if (reached.Add(next))
                    open.Push(next);
            }
        }
        return reached;
    }
}
