// Which source files of a project lean on which others, found by joining the compiled types with the files that
// declare them; and the two questions asked of it: is an arrow forbidden, and which files form a loop.
namespace Watchword.Tests.House;

internal sealed class FileGraph(IReadOnlyDictionary<string, SortedSet<string>> edges)
{
    /// <summary>Each file and the files it leans on, as paths.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Edges { get; } = edges;

    public static FileGraph OfProject(string project)
    {
        var fileOf = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Repository.Files("src/" + project, "*.cs"))
        {
            foreach (var type in SourceOutline.Read(File.ReadAllText(file)).Types)
            {
                fileOf.TryAdd(type, file);
            }
        }

        var edges = fileOf.Values.Distinct().ToDictionary(f => f, _ => new SortedSet<string>(StringComparer.Ordinal));
        foreach (var (type, references) in TypeGraph.Read(Repository.AssemblyOf(project)))
        {
            if (fileOf.TryGetValue(type, out var from))
            {
                edges[from].UnionWith(references.Where(fileOf.ContainsKey).Select(r => fileOf[r]).Where(to => to != from));
            }
        }

        return new FileGraph(edges);
    }

    /// <summary>Arrows between folders that the table does not allow. The empty name is the project's own folder.</summary>
    public IEnumerable<string> ForbiddenArrows(string projectFolder, IReadOnlyDictionary<string, string[]> allowed)
    {
        string Folder(string file)
        {
            var parts = Path.GetRelativePath(projectFolder, file).Split(Path.DirectorySeparatorChar);
            return parts.Length > 1 ? parts[0] : "";
        }

        foreach (var (from, targets) in Edges)
        {
            if (!allowed.TryGetValue(Folder(from), out var mayUse))
            {
                yield return $"{Repository.Relative(from)}: the folder '{Folder(from)}' has no place in the order of folders yet.";
                continue;
            }

            foreach (var to in targets.Where(t => Folder(t) != Folder(from) && !mayUse.Contains(Folder(t))))
            {
                yield return $"{Repository.Relative(from)}:{LineNaming(from, to)}: leans on {Repository.Relative(to)}.";
            }
        }
    }

    /// <summary>The strongly connected sets of more than <paramref name="most"/> files.</summary>
    public IEnumerable<string> Loops(int most)
    {
        var reach = Edges.Keys.ToDictionary(f => f, ReachableFrom);
        return Edges.Keys
            .Select(f => reach[f].Where(other => reach[other].Contains(f)).Append(f).Distinct().Order(StringComparer.Ordinal).ToList())
            .Where(loop => loop.Count > most)
            .Select(loop => $"{loop.Count} files lean on each other: {string.Join(", ", loop.Select(Repository.Relative))}")
            .Distinct();
    }

    private HashSet<string> ReachableFrom(string start)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var file))
        {
            foreach (var next in Edges.GetValueOrDefault(file) ?? [])
            {
                if (found.Add(next))
                {
                    open.Push(next);
                }
            }
        }

        return found;
    }

    // The first line that names a type of the other file, or 1 if only the compiler's inference does.
    private static int LineNaming(string from, string to)
    {
        if (!File.Exists(from) || !File.Exists(to))
        {
            return 1;
        }

        var names = SourceOutline.Read(File.ReadAllText(to)).Types.Select(t => t.Split('.')[^1]).ToHashSet();
        return SourceLexer.Read(File.ReadAllText(from)).FirstOrDefault(t => names.Contains(t.Text), new Token("", 1)).Line;
    }
}
