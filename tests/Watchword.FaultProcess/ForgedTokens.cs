// Tokens that every peer must refuse, made by a service that holds good keys of its own, or by whoever has stolen them.
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.FaultProcess;

internal sealed class ForgedTokens(string issuer, string keyFile)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly ServiceKeyFile _file = new(keyFile, issuer);
    private int _turn;

    /// <summary>The next of them in turn.</summary>
    /// <param name="peer">Whom it is sent to.</param>
    /// <param name="other">Another peer, in whose name or for whom some of them are.</param>
    public (string What, string Token) Next(CalledTarget peer, CalledTarget other)
    {
        var key = ActiveKey();
        var good = Claims(peer, Life);
        return ((uint)Interlocked.Increment(ref _turn) % 7) switch
        {
            0 => ("for another target", Sign(key, good with { Audience = other.Resource })),
            1 => ("that has expired", Sign(key, good with { IssuedAt = good.IssuedAt - 2 * Life })),
            2 => ("with a scope of its own making", Sign(key, good with { Scope = $"{ServiceRole.Scope} everything" })),
            3 => ("about another service", Sign(key, good with { Subject = other.Resource, ClientId = other.Resource })),
            4 => ("in another service's name", Sign(key, good with { Issuer = other.Resource, Subject = other.Resource, ClientId = other.Resource })),
            5 => ("by a strange key", ByStrangeKey(key.KeyId, good)),
            _ => ("with another signature", WithOtherSignature(Sign(key, good))),
        };
    }

    /// <summary>A token as the service itself would sign it.</summary>
    public string Good(CalledTarget peer, TimeSpan lifetime) => Sign(ActiveKey(), Claims(peer, lifetime));

    private AccessTokenClaims Claims(CalledTarget peer, TimeSpan lifetime) => new()
    {
        Issuer = issuer,
        Subject = issuer,
        ClientId = issuer,
        Audience = peer.Resource,
        Scope = ServiceRole.Scope,
        IssuedAt = TimeProvider.System.GetUtcNow(),
        Lifetime = lifetime,
    };

    private SigningKey ActiveKey() => _file.Parse(_file.Read()).Single(static key => key.Scheduled.State == KeyState.Active).Key;

    private static string Sign(SigningKey key, AccessTokenClaims claims) => JwtSigner.SignAccessToken(key, claims);

    private static string ByStrangeKey(string kid, AccessTokenClaims claims)
    {
        using var strange = SigningKey.Generate(SignatureAlgorithm.ES256, kid);
        return Sign(strange, claims);
    }

    private static string WithOtherSignature(string token)
    {
        var dot = token.LastIndexOf('.') + 1;
        return $"{token[..dot]}{(token[dot] == 'A' ? 'B' : 'A')}{token[(dot + 1)..]}";
    }
}
