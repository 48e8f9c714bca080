// What an application says about the tokens it accepts. Nothing here disables a check; a missing setting stops the start.
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

/// <summary>
/// Settings of one Watchword scheme. They are read from <c>Authentication:Schemes:&lt;scheme&gt;</c>, where each property has the
/// same name, and can then be changed in code. All are checked when the host starts; every fault is listed at once.
/// </summary>
public sealed class WatchwordOptions : AuthenticationSchemeOptions
{
    /// <summary>
    /// The issuer's URL, exactly as its tokens name it in <c>iss</c>: https, or http on loopback, without a trailing slash.
    /// Required, unless <see cref="Issuers"/> or <see cref="TrustBundle"/> say who is trusted; then it is one more, whose clients
    /// <c>RequireClient</c> means where it names no issuer.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>This service's own identifier, exactly as tokens name it in <c>aud</c>. Required.</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Further trusted issuers, each with how far it is trusted: one that names no subjects speaks for itself alone, one that names no
    /// scopes grants none. They go above what a bundle says of the same issuers. Absent by default.
    /// </summary>
    public IReadOnlyList<TrustEntry>? Issuers { get; set; }

    /// <summary>
    /// The path of a trust bundle, which is looked at every 10 seconds, or its https URL (http on loopback), which is fetched as keys are.
    /// A bundle never takes the place of one with a greater serial; where <see cref="KeyFolder"/> is set, not after a restart either. Absent by default.
    /// </summary>
    public string? TrustBundle { get; set; }

    /// <summary>
    /// The paths of one or two files that each hold a public JWK, to which other users may not write. A bundle must be signed by one of the
    /// keys. They are read at start. Absent, it need not be signed, and other users may not write to its file.
    /// </summary>
    public IReadOnlyList<string>? TrustBundleKeyFiles { get; set; }

    /// <summary>
    /// How long a bundle is followed, with a warning, after it has expired. From zero to 30 days; 7 days by default. Afterwards nobody
    /// in it is trusted.
    /// </summary>
    public TimeSpan KeepExpiredBundleFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// One secret shared with the issuer (<c>wws_…</c>), or two separated by a space while one replaces the other. With a shared
    /// secret no key is fetched, and HS256 is the only algorithm. Absent, the issuer's public keys are fetched.
    /// </summary>
    public string? SharedSecret { get; set; }

    /// <summary>The path of a file that holds what <see cref="SharedSecret"/> would, one secret per line. It is read again
    /// every 10 seconds; while it cannot be used, the secrets it held last stay.</summary>
    public string? SharedSecretFile { get; set; }

    /// <summary>
    /// The path of a PEM file with the certificates of the private authority that signed the issuer's TLS certificate. Absent,
    /// the machine's authorities are trusted.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// The paths of one or two files that each hold a private or symmetric JWK for decryption, and that other users cannot read. Tokens
    /// encrypted to any of them are decrypted; the first is the one to encrypt to. They are read at start. Absent, encrypted tokens are
    /// refused.
    /// </summary>
    public IReadOnlyList<string>? DecryptionKeyFiles { get; set; }

    /// <summary>
    /// Whether tokens that are not encrypted are refused. It needs <see cref="DecryptionKeyFiles"/>. <see langword="false"/> by default, so
    /// that encryption can be brought in step by step.
    /// </summary>
    public bool RequireEncryption { get; set; }

    /// <summary>
    /// How often the issuer's published keys are fetched ahead of need, at the least. From 10 seconds to 1 hour; 10 minutes by default.
    /// A key that the issuer has revoked is refused after this time at the latest, if the issuer can be reached.
    /// </summary>
    public TimeSpan KeyRefreshInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long the last good keys are used while the issuer cannot be reached. From 1 hour to 7 days; 24 hours by default. A revoked
    /// key stays good for as long at a target that is cut off.
    /// </summary>
    public TimeSpan KeepKeysFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The path of a folder in which the last good keys, and the last good bundle, are kept, so that the service starts and serves while the issuer is down. It
    /// belongs to the user of this service alone (mode 0700), and is made if it is missing. Absent, keys are kept in memory alone.
    /// </summary>
    public string? KeyFolder { get; set; }

    /// <summary>How far this machine's clock and the issuer's may differ. From zero to 5 minutes; 30 seconds by default.</summary>
    public TimeSpan Leeway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest life a token may have, from <c>iat</c> to <c>exp</c>. 24 hours by default, which is also the most.</summary>
    public TimeSpan MaxTokenLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The algorithms to accept among those that the keys of <see cref="Issuer"/> have; other issuers name their own. <see langword="null"/>, the default, accepts every asymmetric
    /// algorithm of a published key, or HS256 alone with a shared secret.
    /// </summary>
    public IReadOnlyList<SignatureAlgorithm>? Algorithms { get; set; }

    /// <summary>
    /// How many verified tokens are remembered, so that a token seen again is not verified again; those of more than 4,096 characters
    /// never are. Its time and its key are checked at every request all the same. From 10 to 1,000,000, or 0 to remember none;
    /// 10,000 by default, some 30 MB when all are there.
    /// </summary>
    public int CachedTokens { get; set; } = 10_000;

    /// <summary>
    /// The URL of a page about refusals, without a fragment. Each challenge with an error then names it as <c>error_uri</c>, with the rejection's
    /// code as the fragment (RFC 6750 §3). Absent by default: no page is named.
    /// </summary>
    public string? ErrorUri { get; set; }

    /// <summary>
    /// Called at every request, after its token was verified. It may refuse the token by returning a rejection; it cannot accept one that was
    /// refused. Returns <see langword="null"/> to let the token pass.
    /// </summary>
    public Func<VerifiedJwt, HttpContext, ValueTask<Rejection?>>? OnVerified { get; set; }

    // Tests with compressed times set it; nobody else can.
    internal TimeSpan ShortestKeyRefresh { get; set; } = TimeSpan.FromSeconds(10);

    // Whoever only looks at a target from outside is no holder of keys that an issuer should count, and fetches those alone that are asked for.
    internal bool IsLookedAt { get; set; }

    // What was wrong in the configuration section itself; the check at start lists these with its own.
    internal List<string> ConfigurationFaults { get; } = [];
}
