// THE GATE: every way in goes through here. Token, issuer, that issuer's keys and rules, verdict.
using System.Buffers;
using System.Text;
using Watchword.Encodings;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>
/// Verifies access tokens of the trusted issuers, over HTTP or anywhere else. It answers at once unless a token names a key that is
/// not known yet; then the issuer's keys are fetched, by strict limits, and the token is tried once more.
/// </summary>
public sealed class TokenGate
{
    private const int LongestIssuer = 512;
    private readonly TrustedIssuers _issuers;
    private readonly HeaderMemo<JwsHeader> _headers = new();
    private readonly TimeProvider _clock;
    private readonly TokenDecryption? _decryption;

    /// <summary>Makes a gate for issuers that stay the same.</summary>
    /// <param name="issuers">Whom to believe; at least one, each once.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="decryption">The keys for tokens that are encrypted to this target; without it they are refused as malformed.</param>
    /// <exception cref="ArgumentException">There is no issuer, or one stands twice.</exception>
    public TokenGate(IEnumerable<TrustedIssuer> issuers, TimeProvider clock, TokenDecryption? decryption = null)
        : this(new TrustedIssuers(issuers), clock, decryption)
    {
        if (_issuers.Count == 0)
            throw new ArgumentException("No issuer is trusted, so that no token could ever be accepted; name at least one.", nameof(issuers));
    }

    /// <summary>Makes a gate for issuers that may change while it works.</summary>
    /// <param name="issuers">Whom to believe now.</param>
    /// <param name="clock">What time it is.</param>
    /// <param name="decryption">The keys for tokens that are encrypted to this target; without it they are refused as malformed.</param>
    public TokenGate(TrustedIssuers issuers, TimeProvider clock, TokenDecryption? decryption = null)
    {
        ArgumentNullException.ThrowIfNull(issuers);
        _issuers = issuers;
        _clock = clock;
        _decryption = decryption;
    }

    /// <summary>Verifies a token as it stands in a request, without the word Bearer.</summary>
    /// <param name="token">The compact serialisation; at most 16 KiB.</param>
    /// <param name="cancellation">Ends the wait for a fetch of keys.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public ValueTask<Verdict> VerifyAsync(ReadOnlySpan<char> token, CancellationToken cancellation = default)
    {
        var attempt = Try(token);
        return attempt.MightPassWithOtherKeys
            ? FetchAndTryAgainAsync(token.ToString(), attempt, cancellation)
            : new ValueTask<Verdict>(attempt.Verdict);
    }

    /// <summary>
    /// Says whether a token that was verified would still be accepted now: its time is not over, its issuer is trusted and still has
    /// the key that signed it, and if the rules for that issuer have changed, the token keeps the new ones. For whoever acts on one
    /// token for longer than a moment: a connection that stays open, a list of work, a cache. It takes no lock, waits for nobody, and
    /// allocates nothing unless it refuses or the rules have changed.
    /// </summary>
    /// <param name="token">A token out of a verdict of this gate.</param>
    /// <returns>
    /// Null if the token is still good; else the reason, mostly <c>expired</c>, <c>unknown_key</c> or <c>unknown_issuer</c>. A token of
    /// another gate is refused as one whose key is not known.
    /// </returns>
    public Rejection? Recheck(VerifiedJwt token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _issuers.Find(token.Issuer) is { } issuer
            ? issuer.Current(_clock).Verifier.Recheck(token)
            : new Rejection(RejectionCode.UnknownIssuer, "The token's issuer is not trusted here any more.", "iss", $"iss is '{token.Issuer}'");
    }

    /// <summary>
    /// Looks a token over for whoever explains why it was refused: it says more than a verdict, and decides nothing. It fetches nothing, so
    /// verify first.
    /// </summary>
    /// <param name="token">The compact serialisation, of any length.</param>
    public TokenExamination Examine(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var found = new TokenExamination { Time = _clock.GetUtcNow() };
        if (token.Length > CompactJws.Longest || !Ascii.IsValid(token))
            return found;
        ReadOnlySpan<byte> signed = Encoding.ASCII.GetBytes(token);
        found = found with { IsEncrypted = CompactJwe.HasShape(signed) };
        if (_decryption is not null && _decryption.Open(signed, new byte[signed.Length], out signed) is not null)
            return found;
        found = found with { Token = UnverifiedJwt.TryRead(Encoding.ASCII.GetString(signed), out var read, out _) ? read : null };
        var payload = new byte[signed.Length];
        if (JwtVerifier.Open(signed, _headers, payload, out var jws, out var length, type: null) is not null || FindIssuer(payload.AsSpan(0, length), out var issuer) is not null)
            return found;
        var (verifier, keys) = issuer!.Current(_clock);
        return found with
        {
            Rules = issuer.Rules,
            Keys = keys,
            KeyFault = issuer.Remote?.Fault,
            IsSigned = verifier.IsSigned(jws),
            ClaimFaults = verifier.FindClaimFaults(payload.AsSpan(0, length)),
        };
    }

    private async ValueTask<Verdict> FetchAndTryAgainAsync(string token, Attempt first, CancellationToken cancellation)
    {
        var keys = await first.Remote!.FindAsync(first.KeyId, first.Keys!, cancellation).ConfigureAwait(false);
        if (!ReferenceEquals(keys, first.Keys))
            return Try(token).Verdict;
        return keys.Keys.Count > 0 ? first.Verdict
            : new Verdict(new Rejection(RejectionCode.UnknownKey, "The keys of the token's issuer could not be fetched.", detail: first.Remote.Fault));
    }

    private Attempt Try(ReadOnlySpan<char> token)
    {
        if (token.Length > CompactJws.Longest)
            return new Attempt(JwtVerifier.TooLarge(token.Length));
        byte[]? rented = null;
        var ascii = token.Length <= JwtVerifier.UsualToken ? stackalloc byte[JwtVerifier.UsualToken] : rented = ArrayPool<byte>.Shared.Rent(token.Length);
        var attempt = Ascii.FromUtf16(token, ascii, out var length) == OperationStatus.Done ? Try(ascii[..length]) : new Attempt(JwtVerifier.NotAscii);
        JwtVerifier.Return(rented);
        return attempt;
    }

    private Attempt Try(ReadOnlySpan<byte> token)
    {
        if (_decryption is null)
            return TrySigned(token);
        byte[]? rented = null;
        var room = token.Length <= JwtVerifier.UsualToken ? stackalloc byte[JwtVerifier.UsualToken] : rented = JwtVerifier.Rent(token);
        var rejection = _decryption.Open(token, room, out var signed);
        var attempt = rejection is null ? TrySigned(signed) : new Attempt(rejection);
        JwtVerifier.Return(rented);
        return attempt;
    }

    private Attempt TrySigned(ReadOnlySpan<byte> token)
    {
        byte[]? rented = null;
        var type = _issuers.Type;
        var payload = token.Length <= JwtVerifier.UsualToken ? stackalloc byte[JwtVerifier.UsualToken] : rented = JwtVerifier.Rent(token);
        var rejection = JwtVerifier.Open(token, _headers, payload, out var jws, out var length, type);
        var attempt = rejection is null ? Try(jws, payload[..length]) : new Attempt(rejection);
        JwtVerifier.Return(rented);
        return attempt;
    }

    private Attempt Try(in CompactJws jws, ReadOnlySpan<byte> payload)
    {
        var rejection = FindIssuer(payload, out var issuer);
        if (issuer is null)
            return new Attempt(rejection!);
        // Also where all have one type: they may have been replaced since it was compared.
        if (JwtVerifier.CheckType(jws.Header, issuer.Rules.Type) is { } wrong)
            return new Attempt(wrong);
        var (verifier, keys) = issuer.Current(_clock);
        rejection = verifier.Check(jws, payload, _headers, out var claims);
        if (rejection is not null)
            return new Attempt(rejection, issuer.Remote, jws.Header.KeyId, keys);
        var token = verifier.Accept(jws, payload, claims);
        issuer.Remote?.NoteSigner(token.Key);
        return new Attempt(token);
    }

    // Only a peek: which issuer the token says it is from decides whose keys are asked, and is compared again afterwards.
    private Rejection? FindIssuer(ReadOnlySpan<byte> payload, out TrustedIssuer? issuer)
    {
        issuer = null;
        var named = RegisteredClaims.PeekIssuer(payload);
        if (!named.Exists)
            return RegisteredClaims.TryRead(payload, TokenProfile.Rfc9068, out _)
                ? new Rejection(RejectionCode.MissingClaim, "The token has no iss.", "iss")
                : new Rejection(RejectionCode.Malformed, "The token's claims are not one strict JSON object.");
        if (!named.IsString || named.Length == 0)
            return new Rejection(RejectionCode.MalformedClaim, "The token's iss must be a string that is not empty.", "iss");
        Span<char> name = stackalloc char[LongestIssuer];
        if (named.Length <= LongestIssuer && (issuer = _issuers.Find(name[..named.CopyText(payload, name)])) is not null)
            return null;
        return new Rejection(RejectionCode.UnknownIssuer, "The token's issuer is not trusted here.", "iss", $"iss is '{Encoding.UTF8.GetString(named.Raw(payload))}'");
    }

    /// <summary>A verdict, and where its key might still be found.</summary>
    private readonly struct Attempt
    {
        public Attempt(VerifiedJwt token) => Verdict = new Verdict(token);

        public Attempt(Rejection rejection, RemoteKeySet? remote = null, string? keyId = null, KeySet? keys = null)
        {
            Verdict = new Verdict(rejection);
            Remote = remote;
            KeyId = keyId;
            Keys = keys;
        }

        public Verdict Verdict { get; }

        public RemoteKeySet? Remote { get; }

        public string? KeyId { get; }

        public KeySet? Keys { get; }

        // Without a kid an issuer's only key is taken; where that has been replaced, the signature is what tells.
        public bool MightPassWithOtherKeys =>
            Remote is not null && (Verdict.Rejection!.Code == RejectionCode.UnknownKey || (KeyId is null && Verdict.Rejection.Code == RejectionCode.BadSignature));
    }
}
