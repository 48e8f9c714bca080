// jose-jwt: it decodes and checks the signature, and leaves the claims to its user, so that it does less than the others.
using Jose;

namespace Watchword.Bench;

internal sealed class JoseJwtPeer(BareKey key, string algorithm, string keyId)
{
    private readonly object _key = (object?)key.Rsa ?? (object?)key.Ecdsa ?? key.Secret;
    private readonly JwsAlgorithm _algorithm = Enum.Parse<JwsAlgorithm>(algorithm);
    private readonly Dictionary<string, object> _headers = new() { ["typ"] = "at+jwt", ["kid"] = keyId };

    public int Sign(string payload) => JWT.Encode(payload, _key, _algorithm, _headers).Length;

    public int Verify(string token) => JWT.Decode(token, _key, _algorithm).Length;
}
