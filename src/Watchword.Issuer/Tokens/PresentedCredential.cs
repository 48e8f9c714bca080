// Finds the one credential in a token request (RFC 6749 §2.3, RFC 7617). Whether it is right is asked elsewhere.
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Tokens;

/// <param name="ClientId">The client id the caller gave, or null where the key alone names the client (<c>X-API-Key</c>).</param>
/// <param name="Secret">What the caller presents as its API key, unverified.</param>
internal readonly record struct PresentedCredential(string? ClientId, string Secret)
{
    private const string ApiKeyHeader = "X-API-Key";

    /// <summary>More than any credential needs; what is longer is refused before it is decoded.</summary>
    private const int MaxBasicLength = 4096;

    // A record prints its members; a secret is never printed.
    public override string ToString() => ClientId ?? "(no client id)";

    public static bool TryFind(
        HttpRequest request, TokenForm form, out PresentedCredential credential, [NotNullWhen(false)] out TokenError? error)
    {
        var authorization = request.Headers.Authorization;
        var apiKey = request.Headers[ApiKeyHeader];
        var ways = authorization.Count + apiKey.Count + (form.ClientSecret is null ? 0 : 1) + (form.HasAssertion ? 1 : 0);

        credential = default;
        if (ways == 0)
            error = TokenError.InvalidClient("The request does not say who is calling. Send the API key as client_secret.");
        else if (ways > 1)
            error = TokenError.InvalidRequest("The client must authenticate in exactly one way.");
        else if (authorization.Count == 1)
            error = FromBasic(authorization[0] ?? "", form, out credential);
        else if (apiKey.Count == 1)
            error = FromHeader(apiKey[0] ?? "", form, out credential);
        else if (form.ClientSecret is { } secret)
            error = FromBody(secret, form, out credential);
        else
            error = TokenError.InvalidClient("Client assertions are not supported here.");
        return error is null;
    }

    private static TokenError? FromHeader(string apiKey, TokenForm form, out PresentedCredential credential)
    {
        credential = new PresentedCredential(form.ClientId, apiKey);
        return null;
    }

    private static TokenError? FromBody(string secret, TokenForm form, out PresentedCredential credential)
    {
        credential = new PresentedCredential(form.ClientId, secret);
        return form.ClientId is null ? TokenError.InvalidRequest("A client_secret needs its client_id beside it.") : null;
    }

    // RFC 7617 with the form encoding of RFC 6749 §2.3.1 around both parts.
    private static TokenError? FromBasic(string header, TokenForm form, out PresentedCredential credential)
    {
        credential = default;
        if (!TryDecodeBasic(header, out var pair)) return TokenError.UnknownClient;

        var colon = pair.IndexOf((byte)':');
        if (colon < 1) return TokenError.UnknownClient;
        var clientId = FormText.Decode(pair[..colon]);
        var secret = FormText.Decode(pair[(colon + 1)..]);
        if (clientId is null || string.IsNullOrEmpty(secret)) return TokenError.UnknownClient;
        if (form.ClientId is { } other && other != clientId) return TokenError.UnknownClient;

        credential = new PresentedCredential(clientId, secret);
        return null;
    }

    private static bool TryDecodeBasic(string header, out ReadOnlySpan<byte> pair)
    {
        const string Scheme = "Basic ";
        pair = default;
        if (header.Length > MaxBasicLength || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;

        var encoded = header.AsSpan(Scheme.Length).TrimStart(' ');
        // The framework's decoder would skip white space.
        if (encoded.ContainsAny(" \t\r\n") || !Base64.IsValid(encoded)) return false;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length)) return false;
        pair = bytes.AsSpan(0, length);
        return true;
    }
}
