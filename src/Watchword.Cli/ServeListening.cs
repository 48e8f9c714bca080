// Where `watchword serve` listens and what it is called: decided, and refused, before anything is opened.
using System.Net;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>A checked answer to: which address, which protocol, which issuer, which proxies.</summary>
internal sealed class ServeListening
{
    /// <summary>Where `watchword serve` listens unless told otherwise, and what its issuer is called.</summary>
    public const string StandardUrl = "http://localhost:8480";

    private ServeListening(Uri url, string issuer, IReadOnlyList<IPNetwork> proxies)
    {
        Url = url;
        Issuer = issuer;
        Proxies = proxies;
    }

    /// <summary>The scheme, host and port to listen on.</summary>
    public Uri Url { get; }

    /// <summary>The issuer identifier: the `iss` of every token.</summary>
    public string Issuer { get; }

    /// <summary>The only peers besides this machine that are answered; empty when everybody is.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; }

    /// <summary>True when TLS ends here.</summary>
    public bool IsHttps => Url.Scheme == Uri.UriSchemeHttps;

    /// <summary>The listening address as it was meant, without a trailing slash.</summary>
    public string Address => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>Checks what the command line says.</summary>
    /// <exception cref="CommandFault">The first thing that is wrong, with its mend.</exception>
    public static ServeListening Of(string? urlText, string? issuerText, bool hasCertificate, IReadOnlyList<string> proxyTexts)
    {
        var url = ParseUrl(urlText ?? StandardUrl);
        var proxies = proxyTexts.Select(ParseProxy).ToArray();
        var issuer = issuerText ?? url.GetLeftPart(UriPartial.Authority);
        if (issuerText is null && IPAddress.TryParse(url.Host.Trim('[', ']'), out var address)
            && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            throw CommandFault.Misuse($"{issuer} says where to listen but cannot be the issuer's name; add --issuer with the URL that others reach it by.");
        }

        var isHttps = url.Scheme == Uri.UriSchemeHttps;
        if (!isHttps && proxies.Length == 0 && !IsLoopback(url))
        {
            throw CommandFault.Misuse(
                $"{url.GetLeftPart(UriPartial.Authority)} would carry secrets in the clear; listen on https with --tls-cert and --tls-key, "
                + "or name the proxy that ends TLS with --behind-proxy.");
        }

        if (!IssuerUrl.TryParse(issuer, out var issuerUrl, out var fault))
        {
            throw CommandFault.Misuse(issuerText is null ? $"--url {urlText}: {fault}" : $"--issuer: {fault}");
        }

        if (issuerUrl.Scheme != Uri.UriSchemeHttps && (isHttps || proxies.Length > 0))
        {
            throw CommandFault.Misuse($"The issuer {issuer} must be an https URL, because that is how others reach it; give it with --issuer.");
        }

        if (isHttps != hasCertificate)
        {
            throw CommandFault.Misuse(isHttps
                ? $"To listen on {url.GetLeftPart(UriPartial.Authority)} a certificate is needed; give it with --tls-cert and --tls-key."
                : "--tls-cert and --tls-key are for listening on https; make --url an https URL, or leave them out.");
        }

        return new ServeListening(url, issuer, proxies);
    }

    /// <summary>True when requests from this peer are answered.</summary>
    public bool Answers(IPAddress? peer)
    {
        if (Proxies.Count == 0 || peer is null)
            return true;

        return IPAddress.IsLoopback(Plain(peer)) || IsProxy(peer);
    }

    /// <summary>True for an address that --behind-proxy names.</summary>
    public bool IsProxy(IPAddress address) => Proxies.Any(proxy => proxy.Contains(Plain(address)));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static Uri ParseUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "", Port: > 0 } && !text.EndsWith('?') && !text.EndsWith('#')
            ? url
            : throw CommandFault.Misuse($"--url '{text}' is not an address to listen on; write a scheme, a host and a port, such as {StandardUrl}.");

    private static IPNetwork ParseProxy(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);

        return IPNetwork.TryParse(text, out var network)
            ? network
            : throw CommandFault.Misuse($"--behind-proxy '{text}' is not an address; write the proxy's IP address or network, such as 10.0.0.7 or 10.0.0.0/24.");
    }

    private static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
