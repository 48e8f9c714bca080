// Every rejection code has its paragraph in the reference and a test that names it.
using System.Reflection;

namespace Watchword.Tests.House;

public sealed class RejectionTests
{
    private static IReadOnlyList<FieldInfo> Codes =>
        [.. typeof(RejectionCode).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral)];

    [Fact]
    public void Every_rejection_code_has_a_paragraph_in_the_reference()
    {
        var path = Repository.PathOf("docs/reference/rejections.md");
        var headings = File.Exists(path) ? File.ReadAllLines(path).Where(l => l.StartsWith('#')).ToList() : [];
        Violations.None(
            "Every rejection code is a heading in docs/reference/rejections.md.",
            Codes.Select(Value).Where(code => !headings.Any(h => h.Split(' ', '`', '#').Contains(code))));
    }

    [Fact]
    public void Every_rejection_code_is_named_by_a_test()
    {
        var tests = Repository.Files("tests/Watchword.Tests", "*.cs")
            .Where(f => !Repository.Relative(f).Contains("/House/", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        Violations.None(
            "Every rejection code is named by a test.",
            Codes.Where(c => !tests.Any(t => Names(t, c))).Select(Value));
    }

    [Fact]
    public void A_code_that_is_not_named_is_found()
    {
        var code = Codes[0];
        Assert.True(Names($"Assert.Equal(RejectionCode.{code.Name}, x)", code));
        Assert.True(Names($"Assert.Equal(\"{Value(code)}\", x)", code));
        Assert.False(Names($"Assert.Equal(RejectionCode.{code.Name}X, x)", code));
        Assert.False(Names("", code));
    }

    private static string Value(FieldInfo code) => (string)code.GetRawConstantValue()!;

    private static bool Names(string text, FieldInfo code) =>
        SourceLexer.Read(text) is var tokens && tokens.Index().Any(t => t.Item.Text == code.Name && t.Index > 1
            && tokens[t.Index - 2].Text == nameof(RejectionCode))
        || text.Contains($"\"{Value(code)}\"", StringComparison.Ordinal);
}
