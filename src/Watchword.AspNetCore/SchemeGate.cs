// One scheme's gate: made from its settings, with the issuer's keys behind it and the record of what it decided.
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
    private readonly IssuerKeys _keys;
    private readonly TokenGate _gate;
    private readonly VerifiedTokenCache _verified;

    public SchemeGate(string scheme, WatchwordOptions options, ILogger logger, TargetMetrics metrics)
    {
        _scheme = scheme;
        _logger = logger;
        _metrics = metrics;
        PrimaryIssuer = options.Issuer!;
        RefreshInterval = options.KeyRefreshInterval;
        Leeway = options.Leeway;
        var rules = new JwtRules
        {
            Issuer = options.Issuer!,
            Audience = options.Audience!,
            Leeway = options.Leeway,
            MaxLifetime = options.MaxTokenLifetime,
            Algorithms = options.Algorithms,
        };
        if (!DecryptionKeys.TryRead(options, out _decryptionKeys, out var keyFault))
            throw new InvalidOperationException($"{SchemeSection.Key(scheme, keyFault.Value.Setting)} {keyFault.Value.Fault}.");
        if (_decryptionKeys.Length > 0)
            _decryption = new TokenDecryption(_decryptionKeys) { IsRequired = options.RequireEncryption };
        _keys = new IssuerKeys(scheme, options, rules, logger, metrics);
        _gate = new TokenGate([_keys.Issuer], options.TimeProvider ?? TimeProvider.System, _decryption);
        _verified = new VerifiedTokenCache(_gate, options.CachedTokens);
    }

    /// <summary>The issuer in the scheme's settings.</summary>
    public string PrimaryIssuer { get; }

    /// <summary>How its keys stand now.</summary>
    public KeySetState Keys => _keys.State;

    /// <summary>How often its keys are fetched.</summary>
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
        _keys.Dispose();
        Array.ForEach(_decryptionKeys, key => key.Dispose());
    }
}
