// Addresses that no name of somebody else should lead to: this machine, this link, and the metadata services of clouds.
using System.Net;
using System.Net.Sockets;

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
        IPNetwork.Parse("168.63.129.16/32"),
        IPNetwork.Parse("192.0.0.192/32"),
        IPNetwork.Parse("::/127"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("fd00:ec2::/112"),
        IPNetwork.Parse("fd20:ce::254/128"),
    ];

    // Where an IPv4 address stands inside an IPv6 one, as bytes: compatible (RFC 4291 §2.5.5.1), NAT64 (RFC 6052, RFC 8215), 6to4
    // (RFC 3056), and Teredo, which inverts its bits (RFC 4380 §4).
    private static readonly (IPNetwork Network, int At, byte Mask)[] Embedding =
    [
        (IPNetwork.Parse("::/96"), 12, 0),
        (IPNetwork.Parse("64:ff9b::/96"), 12, 0),
        (IPNetwork.Parse("64:ff9b:1::/48"), 12, 0),
        (IPNetwork.Parse("2002::/16"), 2, 0),
        (IPNetwork.Parse("2001::/32"), 12, 0xff),
    ];

    public static bool IsLocal(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Local, network => network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain))
            || (plain.AddressFamily == AddressFamily.InterNetworkV6 && Array.Exists(Embedding, way => way.Network.Contains(plain) && IsLocal(Inner(plain, way.At, way.Mask))));
    }

    private static IPAddress Inner(IPAddress address, int at, byte mask)
    {
        var inner = address.GetAddressBytes().AsSpan(at, 4);
        foreach (ref var part in inner)
            part ^= mask;
        return new IPAddress(inner);
    }
}
