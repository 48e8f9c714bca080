// The address a request came from, as it is written down: in the list of credentials and in the log alike.
using System.Net;

namespace Watchword.Issuer.Usage;

internal static class PeerAddress
{
    /// <summary>Without the form that an IPv4 address takes on a socket for both; <see langword="null"/> where there is no address.</summary>
    public static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
