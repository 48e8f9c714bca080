// Random identifiers and secrets in letters and digits: they survive a double click, a URL and a shell without quoting.
using System.Buffers;
using System.Security.Cryptography;

namespace Watchword.Encodings;

/// <summary>Random text over the 62 letters and digits. 43 characters hold more than 256 bits, 22 more than 128.</summary>
public static class Base62
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>Makes uniformly random text of <paramref name="length"/> characters from the system's generator.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Alphabet, length);

    /// <summary>Whether the text holds letters and digits of ASCII only.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Characters);

    /// <summary>Writes a number in base 62, most significant digit first, padded with zeros to the length of the destination.</summary>
    /// <exception cref="ArgumentException">The number needs more digits than there is room for.</exception>
    public static void Write(ulong value, Span<char> destination)
    {
        for (var i = destination.Length - 1; i >= 0; i--, value /= 62)
            destination[i] = Alphabet[(int)(value % 62)];
        if (value != 0)
            throw new ArgumentException("The number does not fit.", nameof(destination));
    }
}
