// When and from where a credential was used.
using System.Net;

namespace Watchword.Issuer.Usage;

/// <param name="Time">When a token was issued for it.</param>
/// <param name="From">The peer's address; behind a configured proxy the one that the proxy states; <see langword="null"/> where there is none.</param>
internal readonly record struct LastUse(DateTimeOffset Time, IPAddress? From)
{
    /// <summary>The address as it is written down, in the list of credentials and in the log alike.</summary>
    public static string? Text(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}
