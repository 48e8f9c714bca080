// Where the repository lies and which files it holds, for the tests that keep the house in order.
namespace Watchword.Tests.House;

internal static class Repository
{
    private static readonly string[] NotOurs = [".git", ".vs", ".idea", "bin", "obj", "artifacts", "node_modules", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>The configuration this test assembly was built in, which every other project was built in too.</summary>
    public static string Configuration { get; } =
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>The projects under src: name and folder.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateDirectories(PathOf("src")).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The built assembly of a project under src.</summary>
    public static string AssemblyOf(string project) => Path.Combine(AppContext.BaseDirectory, project + ".dll");

    /// <summary>All files below a folder, without what a build or a tool leaves there.</summary>
    public static IEnumerable<string> Files(string folder = "", string pattern = "*")
    {
        var path = PathOf(folder);
        return Directory.Exists(path)
            ? Folders(path).SelectMany(f => Directory.EnumerateFiles(f, pattern))
                .Where(f => !NotOurs.Contains(Path.GetFileName(f))).Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>A folder and all folders below it, without what a build or a tool leaves there.</summary>
    public static IEnumerable<string> Folders(string path)
    {
        yield return path;
        foreach (var child in Directory.EnumerateDirectories(path).Where(d => !NotOurs.Contains(Path.GetFileName(d))))
        {
            foreach (var folder in Folders(child))
            {
                yield return folder;
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Watchword.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from a build output inside the repository.");
    }
}
