// Where plain HTTP is allowed: on this machine alone.
using System.Net;

namespace Watchword.Client.Tokens;

internal static class LoopbackHost
{
    /// <summary>HTTPS, or HTTP to an address of this machine. (<see cref="Uri.IsLoopback"/> also takes the name "loopback", which is resolved like any other.)</summary>
    public static bool IsSecure(Uri url) => url.Scheme == Uri.UriSchemeHttps || IsPlain(url);

    /// <summary>HTTP to an address of this machine.</summary>
    public static bool IsPlain(Uri url) =>
        url.Scheme == Uri.UriSchemeHttp
        && (url.IdnHost == "localhost" || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address)));
}
