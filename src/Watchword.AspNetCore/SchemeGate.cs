// One scheme's gate: made from its settings, with whom it believes behind it and the record of what it decides.
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore.Explanations;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class SchemeGate : IDisposable
{
    private readonly WatchwordOptions _options;
    private readonly DecryptionKey[] _decryptionKeys;
    private readonly TokenDecryption? _decryption;
    private readonly SchemeTrust _trust;
    private readonly TokenGate _gate;
    private readonly VerifiedTokenCache _verified;

    public SchemeGate(string scheme, WatchwordOptions options, ILogger logger, TargetMetrics metrics)
    {
        _options = options;
        var clock = options.TimeProvider ?? TimeProvider.System;
        Record = new SchemeRecord(scheme, options.Issuer, logger, metrics, clock);
        RefreshInterval = options.KeyRefreshInterval;
        Leeway = options.Leeway;
        if (!DecryptionKeys.TryRead(options, out _decryptionKeys, out var keyFault))
            throw new InvalidOperationException($"{SchemeSection.Key(scheme, keyFault.Value.Setting)} {keyFault.Value.Fault}.");
        if (_decryptionKeys.Length > 0)
            _decryption = new TokenDecryption(_decryptionKeys) { IsRequired = options.RequireEncryption };
        _trust = new SchemeTrust(scheme, options, logger, metrics);
        _gate = new TokenGate(_trust.Issuers, clock, _decryption);
        _verified = new VerifiedTokenCache(_gate, options.CachedTokens);
    }

    /// <summary>Who the scheme is, and where it says what it decided.</summary>
    public SchemeRecord Record { get; }

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
        var principal = new VerifiedPrincipal(verified, TokenClaims.Of(verified), Record);
        _verified.Add(token, principal);
        return principal;
    }

    /// <summary>Why a token was refused, for somebody who may know no more than a caller.</summary>
    public Explanation Explain(string token, Rejection rejection) =>
        Explainer.OfToken(new Situation(Record.Scheme, _options, token, _gate.Examine(token), IsInsider: false), rejection);

    /// <summary>Everything there is to say about a token, for somebody who has the settings anyway.</summary>
    public Situation Examine(string token) => new(Record.Scheme, _options, token, _gate.Examine(token), IsInsider: true) { Bundle = Bundle };

    /// <summary>Why a verified token was not enough.</summary>
    public Explanation Explain(AccessRefusal refusal, VerifiedJwt? token) => Explainer.OfAccess(refusal, token, _options.Audience!);

    public void Dispose()
    {
        _trust.Dispose();
        Array.ForEach(_decryptionKeys, key => key.Dispose());
    }
}
