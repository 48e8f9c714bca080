// Microsoft.IdentityModel, used as its documentation says: one handler, one set of parameters, the identity read.
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Watchword.Bench;

internal sealed class MicrosoftPeer
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly TokenValidationParameters _parameters;
    private readonly SigningCredentials _credentials;

    public MicrosoftPeer(BareKey key, string algorithm, string keyId)
    {
        SecurityKey securityKey = key.Rsa is not null ? new RsaSecurityKey(key.Rsa)
            : key.Ecdsa is not null ? new ECDsaSecurityKey(key.Ecdsa)
            : new SymmetricSecurityKey(key.Secret);
        securityKey.KeyId = keyId;
        _credentials = new SigningCredentials(securityKey, algorithm);
        _parameters = new TokenValidationParameters
        {
            ValidIssuer = Workload.Issuer,
            ValidAudience = Workload.Audience,
            IssuerSigningKey = securityKey,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [algorithm],
        };
    }

    public int Sign(string payload) => _handler.CreateToken(payload, _credentials, new Dictionary<string, object> { ["typ"] = "at+jwt" }).Length;

    public int Verify(string token)
    {
        var result = _handler.ValidateTokenAsync(token, _parameters).GetAwaiter().GetResult();
        return result.IsValid ? result.ClaimsIdentity.Claims.Count() : throw new InvalidOperationException("The peer refused the token.", result.Exception);
    }
}
