// The arrows of the design hold: between projects, and between the folders of the engine and of the issuer.
using System.Xml.Linq;

namespace Watchword.Tests.House;

public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> ProjectArrows = new()
    {
        ["Watchword"] = [],
        ["Watchword.Ed25519"] = ["Watchword"],
        ["Watchword.Client"] = ["Watchword"],
        ["Watchword.AspNetCore"] = ["Watchword"],
        ["Watchword.Issuer"] = ["Watchword", "Watchword.AspNetCore"],
        ["Watchword.Cli"] = ["Watchword", "Watchword.Issuer", "Watchword.AspNetCore", "Watchword.Client", "Watchword.Ed25519"],
    };

    private static readonly Dictionary<string, string[]> EngineArrows = new()
    {
        [""] = [],
        ["Encoding"] = [""],
        ["Files"] = [""],
        ["Keys"] = ["Encoding", "Files", ""],
        ["Jwe"] = ["Keys", "Encoding", ""],
        ["Jwt"] = ["Jwe", "Keys", "Encoding", ""],
        ["Proofs"] = ["Jwt", "Jwe", "Keys", "Encoding", ""],
        ["Trust"] = ["Proofs", "Jwt", "Jwe", "Keys", "Encoding", "Files", ""],
    };

    // Endpoints, then features, then storage; what an app calls to embed the issuer puts them together.
    private static readonly Dictionary<string, string[]> IssuerArrows = new()
    {
        ["Storage"] = [],
        ["Keys"] = ["Storage"],
        ["Usage"] = ["Storage"],
        ["Resources"] = ["Keys", "Storage"],
        ["Clients"] = ["Resources", "Keys", "Storage"],
        ["Backups"] = ["Keys", "Storage"],
        ["Trust"] = ["Storage"],
        ["Tokens"] = ["Clients", "Resources", "Keys", "Usage", "Storage"],
        ["Findings"] = ["Clients", "Resources", "Keys", "Usage", "Trust", "Storage"],
        ["Admin"] = ["Findings", "Backups", "Trust", "Clients", "Resources", "Keys", "Usage", "Storage"],
        [""] = ["Tokens", "Admin", "Findings", "Backups", "Trust", "Clients", "Resources", "Keys", "Usage", "Storage"],
    };

    [Fact]
    public void Projects_refer_only_to_what_lies_below_them() => Violations.None(
        "A project refers only to projects below it.",
        Repository.Projects.SelectMany(p => ForbiddenProjects(p, References(p, "ProjectReference"))));

    [Fact]
    public void A_project_that_refers_upwards_is_found() => Assert.Equal(
        ["src/Watchword.Client/Watchword.Client.csproj: refers to Watchword.AspNetCore."],
        ForbiddenProjects("Watchword.Client", ["../Watchword/Watchword.csproj", "../Watchword.AspNetCore/Watchword.AspNetCore.csproj"]));

    [Fact]
    public void Engine_takes_nothing_beyond_the_framework()
    {
        Assert.Empty(References("Watchword", "PackageReference"));
        Assert.Empty(References("Watchword", "FrameworkReference"));
    }

    [Fact]
    public void Folders_of_the_engine_lean_downwards() => Violations.None(
        "Trust, Proofs, Jwt, Jwe, Keys, Encoding and Files, Rejection: a folder leans only on what comes after it.",
        ForbiddenArrows("Watchword", EngineArrows));

    [Fact]
    public void Folders_of_the_issuer_lean_downwards() => Violations.None(
        "Endpoints, features, storage: a folder leans only on what comes after it.",
        ForbiddenArrows("Watchword.Issuer", IssuerArrows));

    [Fact]
    public void No_loop_has_more_than_three_files() => Violations.None(
        "No loop of files that lean on each other has more than three.",
        Repository.Projects.SelectMany(p => FileGraph.OfProject(p).Loops(most: 3)));

    [Fact]
    public void An_arrow_upwards_is_found()
    {
        var graph = Graph(("Keys/A.cs", "Encoding/B.cs"), ("Encoding/B.cs", "Keys/A.cs"), ("Odd/C.cs", "Keys/A.cs"));
        Assert.Equal(
            ["p/Encoding/B.cs:1: leans on p/Keys/A.cs.", "p/Odd/C.cs: the folder 'Odd' has no place in the order of folders yet."],
            graph.ForbiddenArrows(Repository.PathOf("p"), EngineArrows));
    }

    [Fact]
    public void A_loop_is_found()
    {
        var graph = Graph(("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("d", "e"));
        Assert.Equal(["4 files lean on each other: p/a, p/b, p/c, p/d"], graph.Loops(most: 3));
        Assert.Empty(graph.Loops(most: 4));
    }

    [Fact]
    public void What_a_method_body_uses_counts()
    {
        var graph = TypeGraph.Read(typeof(ArrowTests).Assembly.Location);
        var own = graph["Watchword.Tests.House.ArrowTests"];
        Assert.Contains("Watchword.Tests.House.FileGraph", own);
        Assert.Contains("Watchword.Tests.House.Violations", own);
        Assert.DoesNotContain("Watchword.Tests.House.ArrowTests", own);
        Assert.DoesNotContain("Watchword.Tests.House.IlReader", own);
    }

    private static FileGraph Graph(params (string From, string To)[] edges) => new(edges
        .SelectMany(e => new[] { e.From, e.To }).Distinct()
        .ToDictionary(
            f => Repository.PathOf("p/" + f),
            f => new SortedSet<string>(edges.Where(e => e.From == f).Select(e => Repository.PathOf("p/" + e.To)))));

    private static IEnumerable<string> ForbiddenArrows(string project, Dictionary<string, string[]> allowed) =>
        FileGraph.OfProject(project).ForbiddenArrows(Repository.PathOf("src/" + project), allowed);

    private static IEnumerable<string> ForbiddenProjects(string project, IEnumerable<string> references) => references
        .Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/')))
        .Where(r => !ProjectArrows.GetValueOrDefault(project, []).Contains(r))
        .Select(r => $"src/{project}/{project}.csproj: refers to {r}.");

    private static List<string> References(string project, string kind) =>
        [.. XDocument.Load(Repository.PathOf($"src/{project}/{project}.csproj")).Descendants(kind).Select(e => e.Attribute("Include")!.Value)];
}
