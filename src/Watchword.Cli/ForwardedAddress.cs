// Where a caller behind a proxy is, by the word of the proxy alone: X-Forwarded-For, read from the right (RFC 7239 §5.2 describes its kin).
using System.Net;
using Microsoft.Extensions.Primitives;

namespace Watchword.Cli;

internal static class ForwardedAddress
{
    /// <summary>
    /// The rightmost address in the header that is not a proxy's. Each proxy adds the address it was called from at the right end; what is left of
    /// the first stranger is what that stranger wrote, and counts for nothing. Where the header ends or is no address, it is the last known hop.
    /// </summary>
    public static IPAddress? Of(IPAddress? peer, StringValues header, Func<IPAddress, bool> isProxy)
    {
        var caller = peer;
        for (var line = header.Count - 1; line >= 0; line--)
        {
            for (var rest = header[line].AsSpan(); !rest.IsEmpty;)
            {
                if (caller is null || !isProxy(caller))
                    return caller;
                var comma = rest.LastIndexOf(',');
                if (!TryParse(rest[(comma + 1)..].Trim(), out var address))
                    return caller;
                caller = address;
                rest = comma < 0 ? default : rest[..comma];
            }
        }
        return caller;
    }

    // With or without a port, which some proxies add. A bare number would be an address to the framework.
    private static bool TryParse(ReadOnlySpan<char> text, out IPAddress? address)
    {
        address = text.IndexOfAny('.', ':') >= 0 && IPEndPoint.TryParse(text, out var place) ? place.Address : null;
        return address is not null;
    }
}
