// What an issuer says of itself (RFC 8414): where its keys are and where tokens are asked for.
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Trust;

/// <summary>The members of an issuer's metadata that are used here.</summary>
public sealed class IssuerMetadata
{
    private static readonly string[] Paths = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

    private IssuerMetadata(string issuer, Uri jwksUri, Uri? tokenEndpoint, bool asksForKeyHolders)
    {
        Issuer = issuer;
        JwksUri = jwksUri;
        TokenEndpoint = tokenEndpoint;
        AsksForKeyHolders = asksForKeyHolders;
    }

    /// <summary>The issuer's identifier, exactly the one that was asked for.</summary>
    public string Issuer { get; }

    /// <summary>Where its key set is.</summary>
    public Uri JwksUri { get; }

    /// <summary>Where tokens are asked for; null where the issuer names no such place.</summary>
    public Uri? TokenEndpoint { get; }

    /// <summary>Whether targets are asked to say who they are when they fetch keys. Only the issuer's own place is told.</summary>
    internal bool AsksForKeyHolders { get; }

    /// <summary>Fetches the metadata of an issuer, from the OAuth path or else from the one of OpenID Connect.</summary>
    /// <param name="fetcher">What fetches.</param>
    /// <param name="issuer">The issuer's identifier.</param>
    /// <param name="cancellation">Ends the fetch.</param>
    /// <exception cref="FetchException">It could not be had, or it is the metadata of another issuer (RFC 8414 §3.3).</exception>
    public static async Task<IssuerMetadata> FetchAsync(DocumentFetcher fetcher, string issuer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(fetcher);
        var (first, second) = Places(issuer);
        try
        {
            return Read(issuer, await fetcher.FetchAsync(first, cancellation).ConfigureAwait(false));
        }
        catch (FetchException absent) when (absent.Status == 404)
        {
            return Read(issuer, await fetcher.FetchAsync(second, cancellation).ConfigureAwait(false));
        }
    }

    // RFC 8414 §3.1 puts the well-known path before the issuer's own, OpenID Connect Discovery §4.1 after it. Stock issuers have one.
    private static (Uri First, Uri Second) Places(string issuer)
    {
        if (IssuerUrl.TryParse(issuer, out var origin, out var fault))
            return (new Uri(origin, Paths[0]), new Uri(origin, Paths[1]));
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var url) || !IssuerUrl.IsSecure(url) || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0)
            throw new FetchException(fault);
        var path = url.AbsolutePath.TrimEnd('/');
        return (new Uri(url, Paths[0] + path), new Uri(url, path + Paths[1]));
    }

    internal static IssuerMetadata Read(string issuer, ReadOnlySpan<byte> json)
    {
        using var document = JsonDocuments.Parse(json) ?? throw new FetchException($"The metadata of {issuer} is not a JSON object.");
        if (JsonDocuments.Text(document.RootElement, "issuer") != issuer)
            throw new FetchException($"The metadata of {issuer} names another issuer. Configure the identifier that the issuer calls itself by, character by character.") { IsOfAnotherIssuer = true };
        var keys = Endpoint(issuer, JsonDocuments.Text(document.RootElement, "jwks_uri"))
            ?? throw new FetchException($"The metadata of {issuer} has no usable jwks_uri.");
        var asks = document.RootElement.TryGetProperty("watchword_key_holders", out var holders) && holders.ValueKind == JsonValueKind.True;
        var isOwnPlace = keys.GetLeftPart(UriPartial.Authority) == new Uri(issuer).GetLeftPart(UriPartial.Authority);
        return new IssuerMetadata(issuer, keys, Endpoint(issuer, JsonDocuments.Text(document.RootElement, "token_endpoint")), asks && isOwnPlace);
    }

    // An issuer elsewhere must not send us to our own machine, nor a password into our log.
    private static Uri? Endpoint(string issuer, string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && IssuerUrl.IsSecure(url) && url.UserInfo.Length == 0 && (!url.IsLoopback || new Uri(issuer).IsLoopback) ? url : null;
}
