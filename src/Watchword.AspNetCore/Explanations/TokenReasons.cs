// Refusals that are about the token's text, its header, its issuer and its key: before anything is known to be true of it.
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore.Explanations;

internal static class TokenReasons
{
    private const string SendWhole = "At the caller: send the access_token of the issuer's answer whole and unchanged, as 'Authorization: Bearer <token>', without quotation marks or line breaks.";
    private const string WholeToken = "three parts in base64url with a dot between them (RFC 7515); header and claims each one strict JSON object";
    private static readonly string[] IdTokenClaims = ["nonce", "at_hash", "c_hash"];
    private const int LongestToken = 16 * 1024;

    public static Reason Malformed(Situation situation)
    {
        var token = situation.Token;
        var parts = token.Split('.').Length;
        if (situation.Examination.IsEncrypted)
        {
            return new("a signed token of three parts; this target has no keys to decrypt with", "five parts, as an encrypted token has",
                $"If tokens for this target are to be encrypted: set {situation.Setting(nameof(WatchwordOptions.DecryptionKeyFiles))} to the file with its private key.",
                "If not: take the encryption key of this resource away from the issuer (watchword resource encryption clear).");
        }
        if (Pasted(token) is { } pasted)
            return pasted;
        var got = parts == 3 ? "three parts, of which one is not base64url or not one strict JSON object"
            : parts == 1 ? "one part without dots, as an opaque token has" : $"{parts} parts";
        return new(WholeToken, got, SendWhole,
            parts == 1 ? "If the issuer gave an opaque token: set it up to issue JWT access tokens (RFC 9068)."
                : "If the token was copied: see whether it was cut, for example by a shell, a log or a form.");
    }

    // What people send in the place of a token.
    private static Reason? Pasted(string token) =>
        token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? new(WholeToken, "the word Bearer before the token", SendWhole)
        : token.StartsWith("wwk_", StringComparison.Ordinal) ? new(WholeToken, "an API key, which no target should ever see",
            "Replace the key: watchword credential add, then watchword credential revoke.", "At the caller: ask the issuer for a token with it, as AddWatchwordToken does.")
        : token.StartsWith("wws_", StringComparison.Ordinal) ? new(WholeToken, "a shared secret, with which anybody can make tokens",
            "Replace the secret: watchword resource secret add.", "At the caller: ask the issuer for a token.")
        : token.StartsWith('{') ? new(WholeToken, "JSON, such as the whole answer of a token endpoint", "At the caller: send its member access_token alone.")
        : token.Any(char.IsWhiteSpace) ? new(WholeToken, "white space within the token", SendWhole)
        : token.AsSpan().ContainsAny('"', '\'') ? new(WholeToken, "quotation marks around or within the token", SendWhole)
        : token.StartsWith("eyJ", StringComparison.Ordinal) && !token.Contains('.') ? new(WholeToken, "the beginning of a token, which was cut", SendWhole)
        : null;

    public static Reason TooLarge(Situation situation) => new(
        $"at most {LongestToken} characters", $"{situation.Token.Length} characters",
        "At the issuer: put fewer claims into access tokens for this target; roles and groups belong into a lookup.", SendWhole);

    public static Reason UnsupportedAlgorithm(Situation situation)
    {
        var name = situation.Header("alg");
        var missing = SignatureAlgorithm.TryFind(name, out var known) ? known.MissingPackage : null;
        return new($"one of {string.Join(", ", SignatureAlgorithm.All.Where(algorithm => algorithm.MissingPackage is null))}", name is null ? "no alg" : $"alg {name}",
            missing is not null ? $"At the target: add the package {missing}, which has this algorithm." : "At the issuer: sign with ES256, or another of those.");
    }

    public static Reason AlgorithmMismatch(Situation situation) => new(
        situation is { MaySpeakOfTrust: true, Examination.Keys: { } keys }
            ? string.Join(", ", keys.Keys.Where(key => key.KeyId == situation.Header("kid")).Select(key => $"{key.Algorithm}, which is what the key {key.KeyId} is for")) : null,
        $"alg {situation.Header("alg")}, kid {situation.Header("kid") ?? "(none)"}",
        "At the issuer: publish each key with its own alg, and sign with that.",
        $"If the issuer publishes RSA keys without alg and signs with another algorithm than RS256: name that one in {situation.Setting(nameof(WatchwordOptions.Algorithms))}, or in algorithms of its entry.");

    public static Reason UnknownIssuer(Situation situation)
    {
        var got = situation.Claim("iss") ?? "";
        if (situation.Bundle is { Standing: BundleStanding.Refused } bundle)
        {
            var why = bundle.Expires is { } end ? $"it expired at {ClaimReasons.Text(end)}, longer ago than {situation.Setting(nameof(WatchwordOptions.KeepExpiredBundleFor))} allows" : bundle.Fault ?? "none was found";
            return new($"a trust bundle that is followed: {bundle.Place}", $"iss {got}", "Publish a new bundle, with a greater serial and a later expiry: watchword bundle create --from BUNDLE.")
            {
                Text = $"The token is from {got}, and nobody in the trust bundle {bundle.Place} is trusted: {why.TrimEnd('.')}.",
            };
        }
        var trusted = situation.IsInsider ? Trusted(situation) : [];
        var alike = trusted.Select(issuer => PlainText.Difference(issuer, got)).FirstOrDefault(difference => difference is not null);
        return new(trusted.Count > 0 ? string.Join(", ", trusted.Take(20)) : null, $"iss {got}",
            [
                .. alike is null ? [] : new[] { $"{alike} Write the issuer in the settings exactly as its tokens do." },
                $"If this target is to trust {got}: add it to {situation.Setting(nameof(WatchwordOptions.Issuers))}, or to its trust bundle, with the scopes that it may grant.",
                "If not: the caller has its token from the wrong issuer; see the Issuer in the caller's settings.",
            ])
        {
            Text = trusted.Count > 0 ? $"The token is from {got}; this target trusts {string.Join(", ", trusted.Take(20))}{(situation.Options.TrustBundle is { } place ? $" and those in {place}" : "")}." : null,
        };
    }

    public static Reason UnknownKey(Situation situation)
    {
        var kid = $"kid {situation.Header("kid") ?? "(none)"}";
        if (situation.MaySpeakOfTrust && situation.Examination is { KeyFault: { } fault, Keys.Keys.Count: 0 })
        {
            return new("a key that the issuer publishes", kid, $"The target could not fetch the issuer's keys: {fault} See that it can reach the issuer.",
                $"With {situation.Setting(nameof(WatchwordOptions.KeyFolder))} a target starts while its issuer is down.");
        }
        if (situation.Rules?.Algorithms is { } allowed && situation.Examination.Keys!.Keys.FirstOrDefault(key => key.KeyId == situation.Header("kid")) is { } leftOut)
        {
            return new($"a key for {string.Join(", ", allowed)}, which alone are taken", $"{kid}, which is for {leftOut.Algorithm}",
                $"Add {leftOut.Algorithm} to the algorithms in {situation.Entry}, or let the issuer sign with one of those.");
        }
        if (SignatureAlgorithm.TryFind(situation.Header("alg"), out var algorithm) && algorithm.IsSymmetric)
        {
            return new("a signature by a key that the issuer publishes", $"{algorithm}, {kid}: a secret that the issuer shares with a target",
                $"If the issuer shares one with this target: set {situation.Setting(nameof(WatchwordOptions.SharedSecretFile))} to the file with it.",
                "If not: let the issuer sign with a key pair, such as ES256.");
        }
        var keys = situation is { MaySpeakOfTrust: true, Examination.Keys: { } known } ? string.Join(", ", known.Keys.Take(10).Select(key => key.KeyId ?? "(no kid)")) : null;
        return new(keys is null ? null : $"one of the keys {keys}", kid,
            "If the key was revoked, or the issuer was set up anew: the caller needs a new token; it gets one by itself with AddWatchwordToken.",
            "If the issuer is behind a load balancer: see that all its nodes publish the same keys.",
            "If several environments call their issuer by one name: the token is of another environment.");
    }

    public static Reason BadSignature(Situation situation) => new(
        "a signature by the issuer's key over exactly this token", $"another signature; alg {situation.Header("alg")}, kid {situation.Header("kid") ?? "(none)"}",
        SendWhole,
        "If nobody changed it: another issuer signs under the same name and kid, such as a test environment, or the token is forged.");

    public static Reason WrongType(Situation situation, Rejection rejection)
    {
        var type = situation.Header("typ");
        if (rejection.Claim == "cty")
            return new("an encrypted token whose cty is JWT", null, "At the issuer: sign the token first, then encrypt it, and say so by cty JWT (RFC 7519 5.2).");
        var mend = IdTokenClaims.Any(claim => situation.Claim(claim) is not null)
            ? "This looks like an id token, which says who logged in: at the caller, send the access token that came with it."
            : Profile(situation) is { } profile
            ? $"If the issuer is the stock one that it looks like: give its entry in {situation.Setting(nameof(WatchwordOptions.Issuers))}, or in the trust bundle, the profile {profile}."
            : "At the issuer: issue access tokens by RFC 9068, of the type at+jwt.";
        return new($"typ {rejection.Message.Split(" must be ")[^1].TrimEnd('.')}", type is null ? "no typ" : $"typ {type}", mend,
            "At the caller: send the access token; an id token, a client assertion or a proof is none.");
    }

    // By the claims that only these have.
    private static string? Profile(Situation situation) =>
        situation.Claim("uti") is not null ? situation.Claim("scp") is null ? "entra" : "entra-delegated"
        : situation.Claim("cid") is not null ? "okta"
        : situation.Claim("azp") is not null ? "keycloak"
        : null;

    public static Reason UnsupportedCritical(Situation situation) => new(
        "no crit, and no b64 that is false", $"crit {situation.Header("crit") ?? "(none)"}, b64 {situation.Header("b64") ?? "(none)"}",
        "At the issuer: issue access tokens without extensions that must be understood (RFC 7515 4.1.11).");

    public static Reason DecryptionFailed(Situation situation) => situation.Examination.IsEncrypted
        ? new("a token encrypted to this target's key", "one that its keys do not open",
            "See that the issuer encrypts to the key that this target publishes (watchword resource list), and that the key's file is the right one.",
            $"While one key replaces the other: name both in {situation.Setting(nameof(WatchwordOptions.DecryptionKeyFiles))}.")
        : new("an encrypted token", "one that is only signed",
            "At the issuer: register this target's encryption key (watchword resource encryption set).",
            $"Until every issuer does: leave {situation.Setting(nameof(WatchwordOptions.RequireEncryption))} out.");

    private static List<string> Trusted(Situation situation) =>
        [.. new[] { situation.Options.Issuer }.OfType<string>(), .. situation.Options.Issuers?.Select(entry => entry.Issuer) ?? []];
}
