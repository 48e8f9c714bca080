// What this service proves itself with: an API key, from a setting or from a file, sent as the client's secret (RFC 6749 §2.3.1).
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Watchword.Client.Tokens;

/// <summary>
/// A key in a file is read anew for every token request. Requests are minutes apart, the file is 71 bytes, and nothing else sees a
/// replacement reliably: notifications get lost on network and container file systems, and the time stamp of a mounted secret is
/// that of a symbolic link which never changes.
/// </summary>
internal sealed class ApiKeyCredential(string setting, string clientId, string? apiKey, string? apiKeyFile)
{
    private const int LongestKey = 4096;

    /// <summary>The setting that it comes from, for people.</summary>
    public string Name { get; } = apiKeyFile is null ? $"Watchword:{setting}" : $"Watchword:{setting}File";

    /// <summary>Makes the header of a token request, or says why it cannot be made.</summary>
    public bool TryAuthenticate([NotNullWhen(true)] out AuthenticationHeaderValue? header, [NotNullWhen(false)] out string? fault)
    {
        header = null;
        if (!TryReadKey(out var key, out fault))
            return false;
        var pair = $"{WebUtility.UrlEncode(clientId)}:{WebUtility.UrlEncode(key)}";
        header = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(pair)));
        return true;
    }

    /// <summary>Whether both read the same key now, so that the issuer would only refuse it twice.</summary>
    public bool HasSameKey(ApiKeyCredential other) => TryReadKey(out var key, out _) && other.TryReadKey(out var others, out _) && key == others;

    /// <summary>Reads and checks the key from where the settings say it is.</summary>
    public bool TryReadKey([NotNullWhen(true)] out string? key, [NotNullWhen(false)] out string? fault)
    {
        key = apiKey;
        var place = Name;
        if (apiKeyFile is not null)
        {
            place = $"the file {PrintableText.From(apiKeyFile, 256)} of {Name}";
            if (!TryReadFile(apiKeyFile, out key))
            {
                fault = $"{place} cannot be read: check that it exists, that this service may read it and that it holds the API key alone";
                return false;
            }
        }
        fault = Fault(key) is { } wrong ? $"{place} {wrong}" : null;
        return fault is null;
    }

    private static string? Fault(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return "is empty: put the API key there that the issuer printed for this client";
        if (key.StartsWith("wws_", StringComparison.Ordinal))
            return "holds a secret shared with a target (wws_...): a caller needs its own API key (wwk_...)";
        if (key.Length > LongestKey || !key.All(static c => c is > ' ' and <= '~'))
            return "is not an API key: it has spaces, line breaks or other characters than printable ASCII, or is too long; copy the key again";
        return null;
    }

    private static bool TryReadFile(string file, [NotNullWhen(true)] out string? key)
    {
        key = null;
        var buffer = new byte[LongestKey + 2];
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var text = Encoding.Latin1.GetString(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
            key = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
