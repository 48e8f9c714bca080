// Tokens that every target must refuse, made of a good one.
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Watchword.Client;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.FaultProcess;

internal sealed class BadTokens(SeenTokens seen, string otherResource, TimeSpan leeway)
{
    private static readonly string[] All = ["of another resource", "with another signature", "with other claims", "without a signature", "by a key of the caller's", "that has expired", "by a revoked key"];
    private int _turn;

    /// <summary>The next of them in turn; null if there is none of its kind at the moment.</summary>
    public async Task<(string What, string Token)?> NextAsync(WatchwordTokens tokens, CalledTarget target)
    {
        var what = All[(uint)Interlocked.Increment(ref _turn) % All.Length];
        var good = (await tokens.GetTokenAsync(target.Resource)).Reveal();
        var token = what switch
        {
            "of another resource" => (await tokens.GetTokenAsync(otherResource)).Reveal(),
            "with another signature" => WithOtherSignature(good.Split('.')),
            "with other claims" => WithOtherClaims(good.Split('.')),
            "without a signature" => $"{Encoded("""{"alg":"none","typ":"at+jwt"}""")}.{good.Split('.')[1]}.",
            "by a key of the caller's" => ByOwnKey(good),
            "that has expired" => seen.Expired(leeway)?.Text,
            _ => seen.OfRevokedKey()?.Text,
        };
        return token is null ? null : (what, token);
    }

    private static string WithOtherSignature(string[] parts) => $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}";

    private static string WithOtherClaims(string[] parts)
    {
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["scope"] = "everything";
        return $"{parts[0]}.{Encoded(claims.ToJsonString())}.{parts[2]}";
    }

    private static string ByOwnKey(string good)
    {
        var parts = good.Split('.');
        var kid = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])).GetProperty("kid").GetString()!;
        using var own = SigningKey.Generate(SignatureAlgorithm.ES256, kid);
        return JwtSigner.Sign(own, Base64Url.DecodeFromChars(parts[1]), "at+jwt");
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
