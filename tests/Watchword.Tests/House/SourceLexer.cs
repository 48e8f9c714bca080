// Cuts C# source into words and symbols with their lines, leaving out comments, directives and the inside of strings.
// Just enough of C# lexical structure to measure methods; the compiler is the judge of everything else.
namespace Watchword.Tests.House;

internal readonly record struct Token(string Text, int Line)
{
    public bool IsWord => Text.Length > 0 && (char.IsLetterOrDigit(Text[0]) || Text[0] is '_' or '@');
}

internal sealed class SourceLexer
{
    private static readonly string[] LongSymbols = ["=>", "==", "!=", "<=", ">="];

    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;

    private SourceLexer(string text) => _text = text;

    /// <summary>The tokens; a string or character literal is the one token <c>""</c>, whatever it holds.</summary>
    public static IReadOnlyList<Token> Read(string text)
    {
        var lexer = new SourceLexer(text);
        while (lexer._at < text.Length)
        {
            lexer.Next();
        }

        return lexer._tokens;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private void Advance(int count = 1)
    {
        for (; count > 0 && _at < _text.Length; count--, _at++)
        {
            _line += _text[_at] == '\n' ? 1 : 0;
        }
    }

    private void AdvancePast(string end)
    {
        var found = _text.IndexOf(end, _at, StringComparison.Ordinal);
        Advance(found < 0 ? _text.Length - _at : found + end.Length - _at);
    }

    private void Next()
    {
        var line = _line;
        if (char.IsWhiteSpace(Current))
        {
            Advance();
        }
        else if (SkipCommentOrDirective() || SkipCharacter(line) || SkipString(line))
        {
        }
        else if (char.IsLetterOrDigit(Current) || Current is '_' or '@')
        {
            var start = _at;
            do
            {
                Advance();
            }
            while (char.IsLetterOrDigit(Current) || Current == '_');
            _tokens.Add(new Token(_text[start.._at], line));
        }
        else
        {
            var symbol = LongSymbols.FirstOrDefault(s => string.CompareOrdinal(_text, _at, s, 0, s.Length) == 0) ?? Current.ToString();
            Advance(symbol.Length);
            _tokens.Add(new Token(symbol, line));
        }
    }

    private bool SkipCommentOrDirective()
    {
        switch (Current, Peek(1))
        {
            case ('/', '/'):
            case ('#', _) when IsFirstOnItsLine():
                AdvancePast("\n");
                return true;
            case ('/', '*'):
                AdvancePast("*/");
                return true;
            default:
                return false;
        }
    }

    // Elsewhere, as in {seconds:0.#}, it is no directive.
    private bool IsFirstOnItsLine() => string.IsNullOrWhiteSpace(_text[(_at == 0 ? 0 : _text.LastIndexOf('\n', _at - 1) + 1).._at]);

    private bool SkipCharacter(int line)
    {
        if (Current != '\'')
        {
            return false;
        }

        Advance(Peek(1) == '\\' ? 3 : 2);
        AdvancePast("'");
        _tokens.Add(new Token("\"\"", line));
        return true;
    }

    // $ and @ in any order, then one quote, or three and more for a raw string.
    private bool SkipString(int line)
    {
        var dollars = 0;
        var verbatim = false;
        var prefix = 0;
        for (; Peek(prefix) is '$' or '@'; prefix++)
        {
            dollars += Peek(prefix) == '$' ? 1 : 0;
            verbatim |= Peek(prefix) == '@';
        }

        if (Peek(prefix) != '"')
        {
            return false;
        }

        Advance(prefix);
        var quotes = Run('"');
        if (!verbatim && quotes >= 3)
        {
            Advance(quotes);
            SkipRaw(quotes, dollars);
        }
        else
        {
            Advance();
            SkipQuoted(verbatim, dollars > 0);
        }

        _tokens.Add(new Token("\"\"", line));
        return true;
    }

    private int Run(char c)
    {
        var length = 0;
        while (Peek(length) == c)
        {
            length++;
        }

        return length;
    }

    private void SkipRaw(int quotes, int dollars)
    {
        while (_at < _text.Length)
        {
            if (Run('"') >= quotes)
            {
                Advance(Run('"'));
                return;
            }

            if (dollars > 0 && Run('{') >= dollars)
            {
                Advance(Run('{'));
                SkipHole();
            }
            else
            {
                Advance(Math.Max(1, Run('"')));
            }
        }
    }

    private void SkipQuoted(bool verbatim, bool interpolated)
    {
        while (_at < _text.Length && Current != '"' || verbatim && Peek(1) == '"' && Current == '"')
        {
            if (Current == '\\' && !verbatim || Current is '"' or '{' && Peek(1) == Current)
            {
                Advance(2);
            }
            else if (interpolated && Current == '{')
            {
                Advance();
                SkipHole();
            }
            else
            {
                Advance();
            }
        }

        Advance();
    }

    // The code inside an interpolation, up to its closing brace; what it holds is read and thrown away.
    private void SkipHole()
    {
        var keep = _tokens.Count;
        for (var depth = 1; depth > 0 && _at < _text.Length;)
        {
            depth += Current switch { '{' => 1, '}' => -1, _ => 0 };
            if (Current is '{' or '}')
            {
                Advance();
            }
            else
            {
                Next();
            }
        }

        _tokens.RemoveRange(keep, _tokens.Count - keep);
    }
}
