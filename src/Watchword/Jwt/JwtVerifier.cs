// Verifies access tokens of one issuer by its keys and rules: key by kid, alg is the key's, signature, and only then the claims.
using System.Buffers;
using System.Text;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwt;

/// <summary>
/// The keys and rules of one issuer (RFC 9068 §4, RFC 8725). Immutable; safe for any number of threads. It asks nobody: for keys
/// that are fetched, and for several issuers, use <c>TokenGate</c>.
/// </summary>
public sealed class JwtVerifier
{
    internal const int UsualToken = 2048;
    private readonly JwtRules _rules;
    private readonly KeySet _keys;
    private readonly TimeProvider _clock;
    private readonly ClaimChecks _checks;
    private readonly HeaderMemo<JwsHeader> _headers = new();

    /// <summary>Makes a verifier.</summary>
    /// <param name="rules">What is demanded of the tokens.</param>
    /// <param name="keys">The issuer's keys; those of other algorithms than the rules name are left out.</param>
    /// <param name="clock">What time it is.</param>
    public JwtVerifier(JwtRules rules, KeySet keys, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(keys);
        _rules = rules;
        _keys = keys.Restrict(rules.Algorithms);
        _clock = clock;
        _checks = new ClaimChecks(rules);
    }

    /// <summary>Verifies a token as it stands in a request, without the word Bearer.</summary>
    public Verdict Verify(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length > CompactJws.Longest)
            return new Verdict(TooLarge(token.Length));
        byte[]? rented = null;
        var ascii = token.Length <= UsualToken ? stackalloc byte[UsualToken] : rented = ArrayPool<byte>.Shared.Rent(token.Length);
        var verdict = Ascii.FromUtf16(token, ascii, out var length) == OperationStatus.Done ? Verify(ascii[..length]) : new Verdict(NotAscii);
        Return(rented);
        return verdict;
    }

    /// <summary>Verifies a token given as ASCII bytes.</summary>
    public Verdict Verify(ReadOnlySpan<byte> token)
    {
        byte[]? rented = null;
        var payload = token.Length <= UsualToken ? stackalloc byte[UsualToken] : rented = Rent(token);
        var rejection = Open(token, _headers, payload, out var jws, out var length, _rules.Type);
        RegisteredClaims claims = default;
        rejection ??= Check(jws, payload[..length], _headers, out claims);
        var verdict = rejection is null ? new Verdict(Accept(jws, payload[..length], claims)) : new Verdict(rejection);
        Return(rented);
        return verdict;
    }

    /// <summary>Verifies a token and writes its claims, without allocating anything when it is accepted.</summary>
    /// <param name="token">The token as ASCII bytes.</param>
    /// <param name="claims">Where the claims (JSON, UTF-8) go once everything is verified; three quarters of the token's length is enough.</param>
    /// <param name="written">The number of bytes written; zero where the token is refused.</param>
    /// <returns>Null if the token is accepted.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public Rejection? Verify(ReadOnlySpan<byte> token, Span<byte> claims, out int written)
    {
        written = 0;
        byte[]? rented = null;
        var payload = token.Length <= UsualToken ? stackalloc byte[UsualToken] : rented = Rent(token);
        var rejection = Open(token, _headers, payload, out var jws, out var length, _rules.Type) ?? Check(jws, payload[..length], _headers, out _);
        if (rejection is null)
        {
            payload[..length].CopyTo(claims);
            written = length;
        }
        Return(rented);
        return rejection;
    }

    private static Rejection NotStrict => new(RejectionCode.Malformed, "The token's claims are not one strict JSON object.");

    internal static Rejection NotAscii => new(RejectionCode.Malformed, "The token holds characters that no token has.");

    /// <summary>Room for the payload of a token that may be too large to be read at all.</summary>
    internal static byte[] Rent(ReadOnlySpan<byte> token) => ArrayPool<byte>.Shared.Rent(Math.Min(token.Length, CompactJws.Longest));

    internal static void Return(byte[]? rented)
    {
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Splits a token, reads its header and decodes its payload: all that can be said without a key. Its type is compared unless that is null.</summary>
    internal static Rejection? Open(ReadOnlySpan<byte> token, HeaderMemo<JwsHeader> memo, Span<byte> payload, out CompactJws jws, out int length, string? type)
    {
        length = 0;
        jws = default;
        if (token.Length > CompactJws.Longest)
            return TooLarge(token.Length);
        if (!CompactJws.TryRead(token, memo, out jws, out var rejection))
            return rejection;
        if (type is not null && CheckType(jws.Header, type) is { } wrong)
            return wrong;
        return jws.TryDecodePayload(payload, out length) ? null : new Rejection(RejectionCode.Malformed, "The token's claims are not base64url.");
    }

    /// <summary>Checks an opened token: its signature, and only then its claims.</summary>
    internal Rejection? Check(in CompactJws jws, ReadOnlySpan<byte> payload, HeaderMemo<JwsHeader> memo, out RegisteredClaims claims)
    {
        claims = default;
        if (jws.CheckSignature(_keys) is { } rejection)
            return rejection;
        memo.Remember(jws.EncodedHeader, jws.Header);
        return RegisteredClaims.TryRead(payload, _rules.Profile, out claims)
            ? _checks.Check(payload, claims, Now)
            : NotStrict;
    }

    /// <summary>Everything that is wrong with the claims, whoever signed them: for explanations, and worth nothing as a verdict.</summary>
    internal IReadOnlyList<Rejection> FindClaimFaults(ReadOnlySpan<byte> payload) => RegisteredClaims.TryRead(payload, _rules.Profile, out var claims)
        ? _checks.CheckAll(payload, claims, Now)
        : [NotStrict];

    /// <summary>Whether one of the keys made the signature.</summary>
    internal bool IsSigned(in CompactJws jws) => jws.CheckSignature(_keys) is null;

    /// <summary>Checks again what can have changed since a token was accepted: its key may be gone, its time over, the rules may be others.</summary>
    internal Rejection? Recheck(VerifiedJwt token) =>
        _keys.TryFind(token.KeyId, token.Algorithm, out var key) && ReferenceEquals(key, token.Key)
            ? ReferenceEquals(_rules, token.Rules) ? _checks.Recheck(token.Times, Now) : CheckAnew(token)
            : new Rejection(RejectionCode.UnknownKey, "The token is signed with a key that is no longer known here.", "kid", $"kid is '{token.KeyId}'; {_keys.Keys.Count} keys are known");

    // In another profile the same claims would say something else.
    private Rejection? CheckAnew(VerifiedJwt token) =>
        token.Rules.Profile == _rules.Profile && RegisteredClaims.TryRead(token.Claims.Span, _rules.Profile, out var claims)
            ? _checks.Check(token.Claims.Span, claims, Now)
            : new Rejection(RejectionCode.WrongType, "The token is of another form than its issuer's tokens now have.", "typ");

    /// <summary>What an accepted token becomes.</summary>
    internal VerifiedJwt Accept(in CompactJws jws, ReadOnlySpan<byte> payload, in RegisteredClaims claims)
    {
        _keys.TryFind(jws.Header.KeyId, jws.Header.Algorithm, out var key);
        return new VerifiedJwt(_rules, key!, jws.Header.KeyId, payload.ToArray(), claims);
    }

    private double Now => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    internal static Rejection TooLarge(int length) => new(RejectionCode.TooLarge, "The token is too large.", detail: $"{length} characters; at most {CompactJws.Longest} are read");

    // RFC 9068 §4: this is what keeps id tokens, client assertions and proofs from being taken for access tokens.
    internal static Rejection? CheckType(JwsHeader header, string expected) => header.IsOfType(expected) ? null
        : new(RejectionCode.WrongType, $"The token is not an access token: its typ must be {expected}.", "typ", header.Type is null ? "there is no typ" : $"typ is '{header.Type}'");
}
