// What a source file declares: its top-level types, and how many lines each method takes.
namespace Watchword.Tests.House;

internal sealed record MethodSpan(string Name, int Line, int Lines);

internal sealed class SourceOutline
{
    private static readonly HashSet<string> TypeWords = ["class", "struct", "interface", "record", "enum", "extension"];

    private readonly IReadOnlyList<Token> _tokens;
    private readonly List<string> _types = [];
    private readonly List<MethodSpan> _methods = [];
    private int _at;

    private SourceOutline(string text) => _tokens = SourceLexer.Read(text);

    /// <summary>Full names of the top-level types, without generic parameters.</summary>
    public IReadOnlyList<string> Types => _types;

    /// <summary>Methods, constructors, operators and properties with their length from the first line to the last.</summary>
    public IReadOnlyList<MethodSpan> Methods => _methods;

    public static SourceOutline Read(string text)
    {
        var outline = new SourceOutline(text);
        outline.Declarations(space: "", isTopLevel: true);
        return outline;
    }

    // A run of declarations: a file, the body of a namespace, the body of a type.
    private void Declarations(string space, bool isTopLevel)
    {
        while (_at < _tokens.Count && _tokens[_at].Text != "}")
        {
            SkipAttributes();
            var header = Header();
            var first = header.FirstOrDefault().Text;
            if (first == "namespace")
            {
                var name = string.Concat(header.Skip(1).Select(t => t.Text));
                if (_tokens[_at++].Text == ";")
                {
                    space = name;
                }
                else
                {
                    Declarations(name, isTopLevel);
                    _at++;
                }
            }
            else if (TypeName(header) is { } type)
            {
                Type(type, space, header, isTopLevel);
            }
            else
            {
                Member(header);
            }
        }
    }

    private void Type(string name, string space, List<Token> header, bool isTopLevel)
    {
        if (isTopLevel)
        {
            _types.Add(space.Length == 0 ? name : space + "." + name);
        }

        if (_at >= _tokens.Count || _tokens[_at].Text != "{")
        {
            _at++;
        }
        else if (header.Any(t => t.Text == "enum"))
        {
            SkipNested();
        }
        else
        {
            _at++;
            Declarations(space, isTopLevel: false);
            _at++;
        }
    }

    private void Member(List<Token> header)
    {
        var isField = _at < _tokens.Count && _tokens[_at].Text == "=";
        if (_at < _tokens.Count && _tokens[_at].Text == "{")
        {
            SkipNested();
            if (_at < _tokens.Count && _tokens[_at].Text == "=")
            {
                SkipToSemicolon();
            }
        }
        else
        {
            SkipToSemicolon();
        }

        if (header.Count > 0 && !isField && header[0].Text is not ("using" or "global" or "extern"))
        {
            var last = _tokens[Math.Min(_at, _tokens.Count) - 1].Line;
            _methods.Add(new MethodSpan(MemberName(header), header[0].Line, last - header[0].Line + 1));
        }
    }

    // All before the first "{", "=>", "=" or ";" that is not inside parentheses or brackets.
    private List<Token> Header()
    {
        var header = new List<Token>();
        for (var depth = 0; _at < _tokens.Count; _at++)
        {
            var text = _tokens[_at].Text;
            if (depth == 0 && text is "{" or "=>" or "=" or ";" or "}")
            {
                break;
            }

            depth += text is "(" or "[" ? 1 : text is ")" or "]" ? -1 : 0;
            header.Add(_tokens[_at]);
        }

        return header;
    }

    private void SkipAttributes()
    {
        while (_at < _tokens.Count && _tokens[_at].Text == "[")
        {
            SkipNested();
        }
    }

    // From an opening token to just past the one that closes it.
    private void SkipNested()
    {
        var depth = 0;
        do
        {
            depth += Nesting(_tokens[_at++].Text);
        }
        while (depth > 0 && _at < _tokens.Count);
    }

    private void SkipToSemicolon()
    {
        for (var depth = 0; _at < _tokens.Count; _at++)
        {
            depth += Nesting(_tokens[_at].Text);
            if (depth == 0 && _tokens[_at].Text == ";")
            {
                _at++;
                return;
            }
        }
    }

    private static int Nesting(string text) => text switch
    {
        "{" or "(" or "[" => 1,
        "}" or ")" or "]" => -1,
        _ => 0,
    };

    private static string? TypeName(List<Token> header)
    {
        var parenthesis = header.FindIndex(t => t.Text == "(");
        var word = header.FindIndex(t => TypeWords.Contains(t.Text));
        if (header.Any(t => t.Text == "delegate"))
        {
            return parenthesis > 0 ? MemberName(header) : null;
        }

        if (word < 0 || parenthesis >= 0 && parenthesis < word)
        {
            return null;
        }

        return header.Skip(word).Where(t => t.IsWord).Select(t => t.Text).FirstOrDefault(t => !TypeWords.Contains(t)) ?? "extension";
    }

    private static string MemberName(List<Token> header)
    {
        if (header.FindIndex(t => t.Text == "operator") is var sign and > 0)
        {
            return "operator " + header[sign + 1].Text;
        }

        for (var i = 1; i < header.Count; i++)
        {
            if (header[i].Text == "(" && header[i - 1].IsWord)
            {
                return header[i - 1].Text;
            }

            if (header[i].Text == "<" && header[i - 1].IsWord && header.FindIndex(i, t => t.Text == ">") is var close and > 0
                && close + 1 < header.Count && header[close + 1].Text == "(")
            {
                return header[i - 1].Text;
            }
        }

        return header.LastOrDefault(t => t.IsWord).Text ?? "top-level statement";
    }
}
