// What a service sees of who calls it.
using Watchword.Jwt;

namespace Mesh;

internal sealed record Caller(string Issuer, string Client, string[] Scopes, string KeyId)
{
    public static Caller Of(VerifiedJwt token) => new(token.Issuer, token.ClientId, [.. token.Scopes], token.KeyId ?? "");
}
