// The reader of source that the size rules stand on: it must not be fooled by what stands in strings and comments.
namespace Watchword.Tests.House;

public sealed class SourceOutlineTests
{
    private const string Quotes = "\"\"\"";

    [Theory]
    [InlineData("a // { \n b", "a b")]
    [InlineData("a /* { \n */ b", "a b")]
    [InlineData("#if DEBUG {\na", "a")]
    [InlineData("a \"{ // \\\" \" b", "a \"\" b")]
    [InlineData("a @\"{ \\\" b", "a \"\" b")]
    [InlineData("a @\"{ \"\" }\" b", "a \"\" b")]
    [InlineData("a $\"{{ {x(\"}\")} \" b", "a \"\" b")]
    [InlineData("a $@\"{x} \"\" {{\" b", "a \"\" b")]
    [InlineData("a '{' '\\'' '\"' b", "a \"\" \"\" \"\" b")]
    [InlineData("a " + Quotes + " { \" \"\" } " + Quotes + " b", "a \"\" b")]
    [InlineData("a $$" + Quotes + " { {{x[\"}\"]}} } " + Quotes + " b", "a \"\" b")]
    [InlineData("a " + Quotes + "\" { " + Quotes + " " + Quotes + "\" b", "a \"\" b")]
    [InlineData("a => b >= @class", "a => b >= @class")]
    public void Strings_and_comments_hold_no_code(string source, string tokens) =>
        Assert.Equal(tokens, string.Join(' ', SourceLexer.Read(source).Select(t => t.Text)));

    [Fact]
    public void Lines_are_counted_through_strings_and_comments()
    {
        var tokens = SourceLexer.Read("/* \n */ a " + Quotes + "\n\n" + Quotes + " // \n b");
        Assert.Equal([2, 2, 5], tokens.Select(t => t.Line));
    }

    [Fact]
    public void Types_and_methods_are_found()
    {
        const string Source = """
            using System;
            namespace N.M;
            [Obsolete("{")]
            public sealed record R(int A, string B = "x")
            {
                private static readonly Func<int, int> Field = x =>
                {
                    return x;
                };
                public int Property { get; init; } = 3;
                public static R operator ==(R a, R b) => throw new
                    InvalidOperationException();
                [Obsolete]
                public T Generic<T>(T x = default!) where T : class
                {
                    return x switch { _ => new { x }.x };
                }
                enum Inner { A, B }
                delegate void D(int x);
                struct Nested { public Nested(int x) : this() { } }
            }
            public delegate int Callback<T>(T x);
            internal record struct S(int A);
            static class Extensions { extension(string s) { public int Twice() => 2 * s.Length; } }
            """;
        var outline = SourceOutline.Read(Source);
        Assert.Equal(["N.M.R", "N.M.Callback", "N.M.S", "N.M.Extensions"], outline.Types);
        Assert.Equal(
            ["Property:10:1", "operator ==:11:2", "Generic:14:4", "Nested:20:1", "Twice:24:1"],
            outline.Methods.Select(m => $"{m.Name}:{m.Line}:{m.Lines}"));
    }

    [Fact]
    public void Namespaces_with_a_body_are_read()
    {
        var outline = SourceOutline.Read("namespace A.B { class C { int F() { return 1; } } } namespace D { enum E { X } }");
        Assert.Equal(["A.B.C", "D.E"], outline.Types);
        Assert.Equal(["F"], outline.Methods.Select(m => m.Name));
    }
}
