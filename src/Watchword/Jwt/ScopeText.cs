// scope = scope-token *( SP scope-token ), scope-token = 1*( %x21 / %x23-5B / %x5D-7E ) (RFC 6749 §3.3).
using System.Buffers;

namespace Watchword.Jwt;

/// <summary>The grammar of scopes, for everybody who reads or writes them.</summary>
public static class ScopeText
{
    private static readonly SearchValues<char> Characters = SearchValues.Create(
        "!#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

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
}
