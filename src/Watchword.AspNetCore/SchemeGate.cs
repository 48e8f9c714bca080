// One scheme's gate: made from its settings, with the issuer's keys behind it and the record of what it decided.
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Watchword.Jwe;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

internal sealed class SchemeGate : IDisposable
{
    private readonly string _scheme;
    private readonly ILogger _logger;
    private readonly Counter<long> _verifications;
    private readonly DecryptionKey[] _decryptionKeys;
    private readonly TokenDecryption? _decryption;
    private readonly TokenGate _gate;
    private readonly VerifiedTokenCache _verified;
    private readonly DocumentFetcher? _fetcher;
    private readonly RemoteKeySet? _keys;

    public SchemeGate(string scheme, WatchwordOptions options, ILogger logger, Counter<long> verifications)
    {
        _scheme = scheme;
        _logger = logger;
        _verifications = verifications;
        PrimaryIssuer = options.Issuer!;
        var clock = options.TimeProvider ?? TimeProvider.System;
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
        TrustedIssuer issuer;
        if (SharedSecrets.AreGiven(options))
        {
            if (!SharedSecrets.TryRead(options, out var secrets, out var fault))
                throw new InvalidOperationException($"{SchemeSection.Key(scheme, fault.Value.Setting)} {fault.Value.Fault}.");
            issuer = new TrustedIssuer(rules, secrets);
        }
        else
        {
            _fetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile }, clock);
            _keys = new RemoteKeySet(options.Issuer!, _fetcher, KeySetOptions(options, new KeyRefreshLog(scheme, logger, clock)), clock);
            issuer = new TrustedIssuer(rules, _keys);
            _keys.Start();
        }
        _gate = new TokenGate([issuer], clock, _decryption);
        _verified = new VerifiedTokenCache(_gate, options.CachedTokens);
    }

    /// <summary>The issuer in the scheme's settings.</summary>
    public string PrimaryIssuer { get; }

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

    public void NoteAccepted() => _verifications.Add(1);

    public void NoteTokenRefused(Rejection rejection)
    {
        _verifications.Add(1, new KeyValuePair<string, object?>("error.type", rejection.Code));
        Log.TokenRefused(_logger, _scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");
    }

    public void NoteAccessRefused(Rejection rejection) =>
        Log.AccessRefused(_logger, _scheme, rejection.Code, rejection.Claim ?? "-", rejection.Message, rejection.Detail ?? "");

    public void Dispose()
    {
        _keys?.Dispose();
        _fetcher?.Dispose();
        Array.ForEach(_decryptionKeys, key => key.Dispose());
    }

    // A published RSA key that names no algorithm gets the one RSA algorithm of the settings, RS256 if they name none or several.
    private static RemoteKeySetOptions KeySetOptions(WatchwordOptions options, KeyRefreshLog log)
    {
        var rsa = options.Algorithms?.Where(algorithm => algorithm.KeyType == "RSA").ToArray();
        return new RemoteKeySetOptions { OnRefresh = log.Note, UnlabelledRsa = rsa is [var only] ? only : SignatureAlgorithm.RS256 };
    }
}
