// One scheme's gate: made from its settings, with whom it believes behind it and the record of what it decided.
using Microsoft.Extensions.Logging;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class SchemeGate : IDisposable
{
    private readonly string _scheme;
    private readonly ILogger _logger;
    private readonly TargetMetrics _metrics;
    private readonly DecryptionKey[] _decryptionKeys;
    private readonly TokenDecryption? _decryption;
    private readonly SchemeTrust _trust;
    private readonly TokenGate _gate;
    private readonly VerifiedTokenCache _verified;

    public SchemeGate(string scheme, WatchwordOptions options, ILogger logger, TargetMetrics metrics)
    {
        _scheme = scheme;
        _logger = logger;
        _metrics = metrics;
        PrimaryIssuer = options.Issuer;
        RefreshInterval = options.KeyRefreshInterval;
        Leeway = options.Leeway;
        if (!DecryptionKeys.TryRead(options, out _decryptionKeys, out var keyFault))
            throw new InvalidOperationException($"{SchemeSection.Key(scheme, keyFault.Value.Setting)} {keyFault.Value.Fault}.");
        if (_decryptionKeys.Length > 0)
            _decryption = new TokenDecryption(_decryptionKeys) { IsRequired = options.RequireEncryption };
        _trust = new SchemeTrust(scheme, options, logger, metrics);
        _gate = new TokenGate(_trust.Issuers, options.TimeProvider ?? TimeProvider.System, _decryption);
        _verified = new VerifiedTokenCache(_gate, options.CachedTokens);
    }

    /// <summary>The scheme's own issuer; null where its settings name only others.</summary>
    public string? PrimaryIssuer { get; }

    /// <summary>How the keys stand now of the scheme's own issuer, first, and of all others that publish theirs.</summary>
    public IReadOnlyList<KeySetState> Keys => _trust.Keys;

    /// <summary>How the trust bundle stands now; null where none is followed.</summary>
    public BundleState? Bundle => _trust.Bundle;

    /// <summary>How many issuers are trusted now.</summary>
    public int Issuers => _trust.Issuers.Count;

    /// <summary>How often keys are fetched.</summary>
    public TimeSpan RefreshInterval { get; }

    /// <summary>How far the clocks may be apart.</summary>
    public TimeSpan Leeway { get; }

    /// <summary>The keys that tokens for this scheme may be encrypted to.</summary>
    public IReadOnlyList<EncryptionKey> PublicKeys => _decryption?.PublicKeys.Keys ?? [];

    /// <summary>The principal of a token that was verified before and is still good; null: verify.</summary>
    public VerifiedPrincipal? Recall(ReadOnlySpan<char> token) => _verified.Find(token);

    public ValueTask<Verdict> VerifyAsync(ReadOnlySpan<char> token) => _gate.VerifyAsync(token);

    /// <summary>Makes the principal of a token that was accepted, for this request and those to come.</summary>
    public VerifiedPrincipal Remember(ReadOnlySpan<char> token, VerifiedJwt verified)
    {
        var principal = new VerifiedPrincipal(verified, TokenClaims.Of(verified), _scheme, PrimaryIssuer);
        _verified.Add(token, principal);
        return principal;
    }

    public void NoteAccepted() => _metrics.CountAccepted();

    public void NoteTokenRefused(Rejection rejection)
    {
        _metrics.CountRefused(rejection.Code);
        Log.TokenRefused(_logger, _scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");
    }

    public void NoteAccessRefused(Rejection rejection) =>
        Log.AccessRefused(_logger, _scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");

    public void Dispose()
    {
        _trust.Dispose();
        Array.ForEach(_decryptionKeys, key => key.Dispose());
    }
}
