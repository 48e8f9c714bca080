// How a test registers the encryption of a resource, and how the resource then reads its tokens.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Issuer;

internal static class EncryptedResource
{
    public static string PathOf(string resource) => "resources/encryption?resource=" + Uri.EscapeDataString(resource);

    /// <summary>Registers the public half of a key.</summary>
    public static Task<JsonElement> EncryptAsync(this IssuerServer server, DecryptionKey key, string? enc = null, string resource = IssuerServer.Billing) =>
        server.AdminAsync(HttpMethod.Put, PathOf(resource), $$"""{"jwk":{{PublicJson(key)}}{{(enc is null ? "" : $",\"enc\":\"{enc}\"")}}}""");

    /// <summary>Registers the place where keys are published.</summary>
    public static Task<JsonElement> EncryptAsync(this IssuerServer server, string url, string resource = IssuerServer.Billing) =>
        server.AdminAsync(HttpMethod.Put, PathOf(resource), $$"""{"url":"{{url}}"}""");

    /// <summary>Reads a token as a target does that takes nothing but tokens encrypted to its keys.</summary>
    public static async Task<Verdict> ReadAsync(this IssuerServer server, string token, TimeProvider clock, params DecryptionKey[] keys)
    {
        var rules = new JwtRules { Issuer = IssuerServer.Name, Audience = IssuerServer.Billing };
        var published = KeySet.Parse(await server.Http.GetByteArrayAsync(new Uri("/.well-known/jwks.json", UriKind.Relative)));
        return await new TokenGate([new TrustedIssuer(rules, published)], clock, new TokenDecryption(keys) { IsRequired = true }).VerifyAsync(token);
    }

    public static string PublicJson(DecryptionKey key) => Json(key.ToEncryptionKey().ToJwk().WritePublicTo);

    public static string Json(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
            write(writer);
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}
