// Addresses that no name of somebody else should lead to: this machine, this link, and the metadata services of clouds.
using System.Net;

namespace Watchword.Trust;

internal static class LocalAddress
{
    private static readonly IPNetwork[] Local =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("::/127"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("fd00:ec2::254/128"),
    ];

    public static bool IsLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Local, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }
}
