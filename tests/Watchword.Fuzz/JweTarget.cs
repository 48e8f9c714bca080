// Any text as an encrypted token. Nobody but the harness made one for these keys that can be opened.
using System.Text;
using Watchword.Jwe;

namespace Watchword.Fuzz;

internal static class JweTarget
{
    private static readonly HashSet<string> Encrypted = [.. Trusted.Seeds("jwe")];
    private static readonly JweDecrypter Decrypter = new(Trusted.Recipients);

    public static void Run(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        var opened = Decrypter.TryDecrypt(input, out var content, out var rejection);
        Finding.Unless(opened == content is not null && opened == rejection is null, "content and rejection at once");
        Finding.Unless(opened == Encrypted.Contains(text), "opened though nobody sealed it, or not opened though it is sealed");
        var verdict = Trusted.DecryptingGate.VerifyAsync(text).AsTask().Result;
        Finding.Unless(!verdict.IsAccepted || opened || text.Count('.') == 2, "accepted, though it cannot be opened");
        Finding.Unless(text.Count('.') == 2 || !Trusted.Gate().VerifyAsync(text).AsTask().Result.IsAccepted, "accepted without a key to open it");
    }
}
