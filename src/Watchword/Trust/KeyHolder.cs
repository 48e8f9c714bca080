// What a target says of itself to an issuer that asks who holds its keys: a dictionary of strings (RFC 9651 §3.2, §3.3.3).
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Watchword.Trust;

internal static class KeyHolder
{
    public const string Header = "Watchword-Key-Holder";
    private const int Longest = 512;
    private static readonly string Instance = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
    private static readonly string Version = typeof(KeyHolder).Assembly.GetName().Version!.ToString(3);

    /// <summary>The header's value for a target of this name; null where the name does not fit into a header.</summary>
    public static string? Describe(string? resource)
    {
        if (resource is null || resource.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            return null;
        var escaped = resource.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        var text = $"resource=\"{escaped}\", instance=\"{Instance}\", version=\"{Version}\"";
        return text.Length <= Longest ? text : null;
    }
}
