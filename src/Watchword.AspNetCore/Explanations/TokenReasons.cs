// Refusals that are about the token's text, its header, its issuer and its key: before anything is known to be true of it.
using Watchword.Keys;

namespace Watchword.AspNetCore.Explanations;

internal static class TokenReasons
{
    private const string SendWhole = "At the caller: send the access_token of the issuer's answer whole and unchanged, as 'Authorization: Bearer <token>', without quotation marks or line breaks.";
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
        var got = token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? "the word Bearer before the token"
            : token.Any(char.IsWhiteSpace) ? "white space within the token"
            : token.AsSpan().ContainsAny('"', '\'') ? "quotation marks around or within the token"
            : parts == 3 ? "three parts, of which one is not base64url or not one strict JSON object"
            : parts == 1 ? "one part without dots, as an opaque token or an API key has"
            : $"{parts} parts";
        return new("three parts in base64url with a dot between them (RFC 7515); header and claims each one strict JSON object", got, SendWhole,
            parts == 1 ? "If the issuer gave an opaque token: set it up to issue JWT access tokens (RFC 9068)."
                : "If the token was copied: see whether it was cut, for example by a shell, a log or a form.");
    }

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
        var trusted = situation.IsInsider ? Trusted(situation) : [];
        var alike = trusted.Select(issuer => PlainText.Difference(issuer, got)).FirstOrDefault(difference => difference is not null);
        return new(trusted.Count > 0 ? string.Join(", ", trusted.Take(20)) : null, $"iss {got}",
            [
                .. alike is null ? [] : new[] { $"{alike} Write the issuer in the settings exactly as its tokens do." },
                $"If this target is to trust {got}: add it to {situation.Setting(nameof(WatchwordOptions.Issuers))}, or to its trust bundle, with the scopes that it may grant.",
                "If not: the caller has its token from the wrong issuer; see the Issuer in the caller's settings.",
            ]);
    }

    public static Reason UnknownKey(Situation situation)
    {
        var kid = $"kid {situation.Header("kid") ?? "(none)"}";
        if (situation.MaySpeakOfTrust && situation.Examination is { KeyFault: { } fault, Keys.Keys.Count: 0 })
            return new("a key that the issuer publishes", kid, $"The target could not fetch the issuer's keys: {fault} See that it can reach the issuer.");
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
        if (situation.Examination is { IsEncrypted: true, Token: null })
            return new("an encrypted token whose cty is JWT", null, "At the issuer: sign the token first, then encrypt it, and say so by cty JWT (RFC 7519 5.2).");
        return new($"typ {rejection.Message.Split(" must be ")[^1].TrimEnd('.')}", type is null ? "no typ" : $"typ {type}",
            string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase)
                ? $"If the issuer is a stock one (Keycloak, Entra, Okta): give its entry in {situation.Setting(nameof(WatchwordOptions.Issuers))}, or in the trust bundle, the profile of that name."
                : "At the issuer: issue access tokens by RFC 9068, of the type at+jwt.",
            "At the caller: send the access token; an id token, a client assertion or a proof is none.");
    }

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
