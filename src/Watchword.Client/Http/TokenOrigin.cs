// The one place a token may be sent to: scheme, host and port (RFC 6454 §4), over HTTPS or on loopback.
using Watchword.Trust;

namespace Watchword.Client.Http;

internal sealed class TokenOrigin
{
    private readonly Uri _url;

    private TokenOrigin(Uri url) => _url = url;

    /// <summary>Whether the origin is this machine by plain HTTP.</summary>
    public bool IsPlain => _url.Scheme == Uri.UriSchemeHttp;

    /// <summary>The origin of a URL, or null if no token may be sent there at all.</summary>
    public static TokenOrigin? Of(Uri url) => IssuerUrl.IsSecure(url) ? new TokenOrigin(url) : null;

    public bool Covers(Uri url) => url.IsAbsoluteUri && Text(url) == Text(_url);

    public override string ToString() => Text(_url);

    /// <summary>Scheme, host and port of a URL, with default ports left out and nothing else of it.</summary>
    public static string Text(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost.ToLowerInvariant();
        return url.IsDefaultPort ? $"{url.Scheme}://{host}" : $"{url.Scheme}://{host}:{url.Port}";
    }
}
