// Sign: the third step of the token endpoint. The token is signed by our key and, where the resource asks for it, encrypted to the
// resource's (RFC 9068 §2, RFC 7519 §11.2: signed first, then encrypted).
using System.Text;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Resources;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Issuer.Tokens;

internal sealed class TokenSigning(string issuer, KeyRing keys, EncryptionKeys encryptionKeys, TimeProvider clock)
{
    private static readonly TokenError TooLarge =
        TokenError.InvalidScope("The token would be larger than 4 KiB. Ask for fewer scopes.");

    /// <summary>The token, or why there is none. A resource whose tokens are encrypted never gets a plain one.</summary>
    public ValueTask<(string? Token, TokenError? Error)> SignAsync(CallerEntry caller, TokenGrant grant, CancellationToken ct) =>
        grant.Target.Encryption is { } encryption
            ? SignAndEncryptAsync(caller, grant, encryption, ct)
            : ValueTask.FromResult(Sign(caller, grant));

    private async ValueTask<(string? Token, TokenError? Error)> SignAndEncryptAsync(
        CallerEntry caller, TokenGrant grant, ResourceEncryption encryption, CancellationToken ct)
    {
        // The key first: it may have to be waited for, and a token's life begins when it is signed.
        if ((await encryptionKeys.FindAsync(encryption, ct)).Key is not { } key) return (null, TokenError.NoEncryptionKey);
        var (signed, error) = Sign(caller, grant);
        if (signed is null) return (null, error);
        var token = JweEncrypter.Encrypt(key, Encoding.ASCII.GetBytes(signed), encryption.Content, JweEncrypter.NestedToken);
        return token.Length <= JwtSigner.LongestAccessToken ? (token, null) : (null, TooLarge);
    }

    private (string? Token, TokenError? Error) Sign(CallerEntry caller, TokenGrant grant)
    {
        var key = grant.Target.SharedKey ?? keys.Current(grant.Target.Algorithm);
        var claims = new AccessTokenClaims
        {
            Issuer = issuer,
            Subject = caller.ClientId,
            ClientId = caller.ClientId,
            Audience = grant.Target.Resource,
            Scope = grant.Scope,
            IssuedAt = clock.GetUtcNow(),
            Lifetime = grant.Target.TokenLifetime,
        };
        try
        {
            return (JwtSigner.SignAccessToken(key, claims), null);
        }
        catch (ArgumentException)
        {
            // Longer than the headers of many servers take. Rules for names and scopes leave this to very long issuers.
            return (null, TooLarge);
        }
    }
}
