// One word of a command that is to be copied into a shell: an identifier may hold what a shell would act on.
using System.Buffers;

namespace Watchword.Issuer.Storage;

internal static class ShellWord
{
    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:@%+=,");

    /// <summary>The text as it is, or within single quotes.</summary>
    public static string Of(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Harmless) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
