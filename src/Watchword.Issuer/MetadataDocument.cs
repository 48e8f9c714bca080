// What any client library needs to find us by (RFC 8414 §2; OpenID Connect Discovery 1.0 §3). Made from configuration alone:
// a Host header changes nothing in it.
using System.Text.Json;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Issuer;

internal static class MetadataDocument
{
    /// <summary>The algorithms a published key may have, in the order they are preferred.</summary>
    private static readonly string[] Algorithms =
    [
        "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
        .. SignatureAlgorithm.EdDSA is { MissingPackage: null } edDsa ? [edDsa.Name] : Array.Empty<string>(),
    ];

    /// <summary>The document of <c>/.well-known/oauth-authorization-server</c>.</summary>
    public static PublishedDocument ForOAuth(string issuer) => Write(issuer, static _ => { });

    /// <summary>The document of <c>/.well-known/openid-configuration</c>, with the members its readers insist on.</summary>
    public static PublishedDocument ForOpenId(string issuer) => Write(issuer, static json =>
    {
        WriteStrings(json, "subject_types_supported", "public");
        WriteStrings(json, "id_token_signing_alg_values_supported", Algorithms);
    });

    private static PublishedDocument Write(string issuer, Action<Utf8JsonWriter> more)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            json.WriteString("token_endpoint", issuer + IssuerPaths.Token);
            json.WriteString("jwks_uri", issuer + IssuerPaths.KeySet);
            WriteStrings(json, "grant_types_supported", "client_credentials");
            WriteStrings(json, "token_endpoint_auth_methods_supported", "client_secret_basic", "client_secret_post");
            // Required by RFC 8414; there is no authorization endpoint, hence no response type.
            WriteStrings(json, "response_types_supported");
            // Ours: targets may name themselves when they fetch the keys.
            json.WriteBoolean("watchword_key_holders", true);
            more(json);
            json.WriteEndObject();
        }
        return new PublishedDocument(bytes.ToArray());
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
