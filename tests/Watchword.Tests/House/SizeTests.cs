// Files and methods stay small enough to read.
namespace Watchword.Tests.House;

public sealed class SizeTests
{
    private const int FileLines = 400;
    private const int MethodLines = 60;
    private const int MedianLines = 130;

    private static IEnumerable<string> AllSource => new[] { "src", "samples", "bench", "tests" }.SelectMany(f => Repository.Files(f, "*.cs"));

    [Fact]
    public void No_source_file_has_more_than_400_lines() => Violations.None(
        $"A source file has at most {FileLines} lines.",
        AllSource.Select(f => (File: f, File.ReadAllLines(f).Length)).Where(f => f.Length > FileLines)
            .Select(f => $"{Repository.Relative(f.File)}: {f.Length} lines"));

    [Fact]
    public void No_method_has_more_than_60_lines() => Violations.None(
        $"A method has at most {MethodLines} lines.",
        AllSource.SelectMany(f => TooLong(Repository.Relative(f), File.ReadAllText(f))));

    [Fact]
    public void The_median_source_file_has_fewer_than_130_lines()
    {
        var lengths = Repository.Files("src", "*.cs").Select(f => File.ReadAllLines(f).Length).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 1, MedianLines - 1);
    }

    [Fact]
    public void The_common_build_settings_have_at_most_25_lines() =>
        Assert.InRange(File.ReadAllLines(Repository.PathOf("Directory.Build.props")).Length, 1, 25);

    [Fact]
    public void A_long_method_is_found()
    {
        var text = "class C\n{\n    void Short() { }\n\n    [Fact]\n    void Long()\n    {\n" + new string('\n', MethodLines) + "    }\n}\n";
        Assert.Equal([$"f.cs:6: Long has {MethodLines + 3} lines"], TooLong("f.cs", text));
    }

    private static IEnumerable<string> TooLong(string name, string text) => SourceOutline.Read(text).Methods
        .Where(m => m.Lines > MethodLines)
        .Select(m => $"{name}:{m.Line}: {m.Name} has {m.Lines} lines");
}
