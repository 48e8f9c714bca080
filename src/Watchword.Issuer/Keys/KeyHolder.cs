// Who fetches the keys, as a target says it of itself in a header: untrusted, read strictly, bounded. A dictionary of strings
// (RFC 9651 §3.2), such as resource="https://billing", instance="Zk1xv0bq0t5J2lqkq3n1Zw", version="0.1.0".
using System.Buffers;

namespace Watchword.Issuer.Keys;

/// <param name="Resource">The resource it says it is.</param>
/// <param name="Instance">22 characters of base64url, of one process.</param>
/// <param name="Version">The version of its library.</param>
internal readonly record struct KeyHolder(string Resource, string Instance, string Version)
{
    public const string Header = "Watchword-Key-Holder";

    private const int LongestHeader = 512;
    private const int LongestResource = 256;
    private const int LongestVersion = 64;
    private const int InstanceLength = 22;
    private static readonly SearchValues<char> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.*");

    /// <summary>Reads the header. Members of later versions are passed over; one that is there twice, or is no plain string, spoils it.</summary>
    public static bool TryParse(string? header, out KeyHolder holder)
    {
        holder = default;
        if (header is not { Length: <= LongestHeader }) return false;
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        for (ReadOnlySpan<char> rest = header; TryReadMember(ref rest, members); rest = rest[1..].TrimStart(" \t"))
        {
            if (rest.IsEmpty) return TryMake(members, out holder);
            if (rest[0] != ',') return false;
        }
        return false;
    }

    // key="text", and then white space; neither a quote nor a backslash is in any text that is meant here.
    private static bool TryReadMember(ref ReadOnlySpan<char> rest, Dictionary<string, string> members)
    {
        var equals = rest.IndexOf("=\"");
        if (equals < 1 || rest[..equals].ContainsAnyExcept(KeyCharacters)) return false;
        var name = rest[..equals].ToString();
        var text = rest[(equals + 2)..];
        var end = text.IndexOf('"');
        if (end < 0 || text[..end].ContainsAnyExceptInRange(' ', '~') || text[..end].Contains('\\')) return false;
        rest = text[(end + 1)..].TrimStart(" \t");
        return members.TryAdd(name, text[..end].ToString());
    }

    private static bool TryMake(Dictionary<string, string> members, out KeyHolder holder)
    {
        holder = new KeyHolder(members.GetValueOrDefault("resource", ""), members.GetValueOrDefault("instance", ""), members.GetValueOrDefault("version", ""));
        return holder.Resource.Length is > 0 and <= LongestResource && holder.Version.Length is > 0 and <= LongestVersion
            && holder.Instance.Length == InstanceLength && !holder.Instance.AsSpan().ContainsAnyExcept(Base64Url);
    }
}
