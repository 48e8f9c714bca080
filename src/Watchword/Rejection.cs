// Why a token was refused: a value that every layer hands on unchanged, never an exception.
using System.Buffers;

namespace Watchword;

/// <summary>
/// A refusal of a token or of what it asks for. It carries a stable code, a sentence that is safe to send to the caller,
/// and a private detail for the log.
/// </summary>
public sealed class Rejection
{
    private static readonly SearchValues<char> CodeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_");
    private const int LongestMessage = 300;
    private const int LongestDetail = 300;

    /// <summary>Makes a rejection. Texts are bounded to 300 characters and reduced to printable ASCII.</summary>
    /// <param name="code">One of <see cref="RejectionCode"/>, or an application's own: lower-case letters and underscores.</param>
    /// <param name="message">A sentence for the caller. It must not repeat anything the token contained.</param>
    /// <param name="claim">The claim or header member at fault, where there is one.</param>
    /// <param name="detail">What the operator needs to know; it goes into the log and never to the caller.</param>
    /// <exception cref="ArgumentException">The code is empty or holds other characters: it goes into a header as it is.</exception>
    public Rejection(string code, string message, string? claim = null, string? detail = null)
    {
        if (string.IsNullOrEmpty(code) || code.AsSpan().ContainsAnyExcept(CodeCharacters))
            throw new ArgumentException("A rejection code is made of lower-case letters and underscores.", nameof(code));
        ArgumentNullException.ThrowIfNull(message);
        Code = code;
        Message = Printable(message, LongestMessage);
        Claim = claim is null ? null : Printable(claim, 64);
        Detail = detail is null ? null : Printable(detail, LongestDetail);
    }

    /// <summary>The stable code, one of <see cref="RejectionCode"/>.</summary>
    public string Code { get; }

    /// <summary>The claim or header member at fault, or null.</summary>
    public string? Claim { get; }

    /// <summary>A sentence that is safe to send: printable ASCII without quotation marks or backslashes.</summary>
    public string Message { get; }

    /// <summary>What the log should say beside the message, in printable ASCII; never to be sent. May be null.</summary>
    public string? Detail { get; }

    /// <summary>Code, message and detail in one line, for a log.</summary>
    public override string ToString() => Detail is null ? $"{Code}: {Message}" : $"{Code}: {Message} ({Detail})";

    // RFC 6750 §3 allows %x20-21 / %x23-5B / %x5D-7E in error_description.
    private static string Printable(string text, int longest)
    {
        var length = Math.Min(text.Length, longest);
        return string.Create(length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = source[i] switch
                {
                    '"' or '\\' => '\'',
                    >= ' ' and <= '~' and var plain => plain,
                    _ => '?',
                };
            }
        });
    }
}
