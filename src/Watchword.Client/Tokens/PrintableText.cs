// Text from the network, made fit for a log line and an exception's message.
namespace Watchword.Client.Tokens;

internal static class PrintableText
{
    /// <summary>At most so many characters of printable ASCII; everything else becomes a question mark.</summary>
    public static string From(string text, int longest) => string.Create(Math.Min(text.Length, longest), text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
    });
}
