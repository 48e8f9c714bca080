// scope = scope-token *( SP scope-token ), scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3).
using System.Buffers;

namespace Watchword.Jwt;

/// <summary>The grammar of scopes, for everybody who reads or writes them.</summary>
public static class ScopeText
{
    private const string Grammar = "!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Grammar);
    private static readonly SearchValues<byte> Bytes = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(Grammar));

    /// <summary>Whether the text is one scope token.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);

    /// <summary>Whether the text is one or more scope tokens with one space between them.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        foreach (var range in text.Split(' '))
        {
            if (!IsToken(text[range]))
                return false;
        }
        return !text.IsEmpty;
    }

    // The same over UTF-8, where every character of the grammar is one byte.
    internal static bool IsValid(ReadOnlySpan<byte> utf8)
    {
        while (true)
        {
            var space = utf8.IndexOf((byte)' ');
            var token = space < 0 ? utf8 : utf8[..space];
            if (token.IsEmpty || token.ContainsAnyExcept(Bytes))
                return false;
            if (space < 0)
                return true;
            utf8 = utf8[(space + 1)..];
        }
    }
}
