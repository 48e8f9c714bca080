// A key set as it stands in a file: the checksum of all that follows, whose it is and where it came from, when it was fetched, and the document as it came.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Watchword.Trust;

/// <summary>
/// The first three lines of the file are the checksum, which only catches torn writes, the issuer (after the place, where one was named for it), and the time of the fetch by the
/// machine's clock. The rest is read by the ordinary parser.
/// </summary>
internal sealed record KeptKeySet(string Source, DateTimeOffset Fetched, byte[] Document)
{
    private const string Form = "yyyy-MM-ddTHH:mm:ssZ";

    public byte[] ToBytes()
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{Source}\n{Fetched.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture)}\n"), .. Document];
        return [.. Encoding.ASCII.GetBytes($"{Checksum(content)}\n"), .. content];
    }

    public static bool TryRead(ReadOnlySpan<byte> file, [NotNullWhen(true)] out KeptKeySet? kept)
    {
        kept = null;
        var checksum = Line(ref file);
        if (!checksum.SequenceEqual(Encoding.ASCII.GetBytes(Checksum(file))))
            return false;
        var source = Encoding.UTF8.GetString(Line(ref file));
        var time = Encoding.UTF8.GetString(Line(ref file));
        if (!DateTimeOffset.TryParseExact(time, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var fetched))
            return false;
        kept = new KeptKeySet(source, fetched, file.ToArray());
        return true;
    }

    private static string Checksum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line;
    }
}
