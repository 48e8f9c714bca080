// What a target demands of an access token of one issuer. Nothing here can be switched off.
using Watchword.Keys;

namespace Watchword.Jwt;

/// <summary>The rules for the access tokens of one issuer (RFC 9068 §4). Issuer and audience are required.</summary>
public sealed class JwtRules
{
    private readonly string _issuer = "";
    private readonly string _audience = "";
    private readonly string? _type;
    private readonly TimeSpan _leeway = TimeSpan.FromSeconds(30);
    private readonly TimeSpan _maxLifetime = TimeSpan.FromHours(24);
    private readonly IReadOnlyList<SignatureAlgorithm>? _algorithms;

    /// <summary>The issuer's identifier; <c>iss</c> must be exactly this text.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public required string Issuer
    {
        get => _issuer;
        init => _issuer = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("The issuer is missing: without it any token would do.") : value;
    }

    /// <summary>The identifier of this target; <c>aud</c> must be exactly this text, or an array that holds it.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public required string Audience
    {
        get => _audience;
        init => _audience = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("The audience is missing: without it tokens for others would do.") : value;
    }

    /// <summary>The <c>typ</c> that tokens must have. Only batches of test vectors have another.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    internal string Type
    {
        get => _type ?? Profile.Type;
        init => _type = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("The type is missing: without it tokens of other kinds would do.") : value;
    }

    /// <summary>How far the clocks of issuer and target may be apart; 30 s by default, at most 5 min.</summary>
    /// <exception cref="ArgumentException">The value is negative or above five minutes.</exception>
    public TimeSpan Leeway
    {
        get => _leeway;
        init => _leeway = value >= TimeSpan.Zero && value <= TimeSpan.FromMinutes(5) ? value : throw new ArgumentException("The leeway must be from zero to five minutes.");
    }

    /// <summary>The longest time between <c>iat</c> and <c>exp</c> that is accepted; 24 h by default, which is also the most.</summary>
    /// <exception cref="ArgumentException">The value is not positive, or above 24 hours.</exception>
    public TimeSpan MaxLifetime
    {
        get => _maxLifetime;
        init => _maxLifetime = value > TimeSpan.Zero && value <= TimeSpan.FromHours(24) ? value : throw new ArgumentException("The longest lifetime must be from one second to 24 hours.");
    }

    /// <summary>The form of the issuer's tokens; that of RFC 9068 by default.</summary>
    public TokenProfile Profile { get; init; } = TokenProfile.Rfc9068;

    /// <summary>For whom the issuer may speak: both <c>sub</c> and the client must be among them. Null for everybody, by default.</summary>
    public SubjectPatterns? Subjects { get; init; }

    /// <summary>The scopes its tokens may hold at most; a token with any other is refused. Null for all, by default; empty for none.</summary>
    public IReadOnlyCollection<string>? Scopes { get; init; }

    /// <summary>The algorithms whose keys are used; null for those the trusted keys carry. An empty list is refused.</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public IReadOnlyList<SignatureAlgorithm>? Algorithms
    {
        get => _algorithms;
        init => _algorithms = value is { Count: 0 } ? throw new ArgumentException("The list of algorithms is empty; leave it out to use those of the keys.") : value;
    }

    /// <summary>Whether what a claim of this name says has been checked, or needs no check, in these tokens.</summary>
    internal bool VouchFor(string claim) => claim switch
    {
        "client_id" => Profile.ClientId.Is(claim),
        "jti" => Profile.TokenId.Is(claim),
        "scope" => Profile.Scope.Is(claim),
        "roles" or "groups" or "entitlements" => Scopes is null || Profile.Scope.Is(claim),
        _ => true,
    };
}
