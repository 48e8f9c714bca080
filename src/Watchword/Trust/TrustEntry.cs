// One issuer in a trust bundle: where its keys come from, for whom it may speak, and what it may say of them at most.
using System.Globalization;
using System.Text;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>How far one issuer is trusted. What is left out is not trusted: without subjects the issuer speaks for itself alone, without scopes it grants none.</summary>
public sealed record TrustEntry
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(24);

    /// <summary>The issuer's identifier, exactly as its tokens name it in <c>iss</c>: an https URL, or http on this machine.</summary>
    public required string Issuer { get; init; }

    /// <summary>The issuer's keys, where they are written into the bundle.</summary>
    public KeySet? Keys { get; init; }

    /// <summary>Where the issuer's key set is fetched from, where the bundle names the place.</summary>
    public string? JwksUri { get; init; }

    /// <summary>Where the issuer's metadata is fetched from, where it is not in the usual place below the issuer's own URL (RFC 8414).</summary>
    public string? MetadataUri { get; init; }

    /// <summary>The algorithms its tokens may be signed by; null for those of its keys.</summary>
    public IReadOnlyList<SignatureAlgorithm>? Algorithms { get; init; }

    /// <summary>For whom it may speak: subjects, or prefixes with a star. Null: for itself alone, the subject that is its own identifier.</summary>
    public SubjectPatterns? Subjects { get; init; }

    /// <summary>The scopes its tokens may hold; <c>*</c> alone for all. Empty by default: none.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The longest life of its tokens, from 1 s to 24 h; null for what the target allows.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>The form of its tokens.</summary>
    public TokenProfile Profile { get; init; } = TokenProfile.Rfc9068;

    /// <summary>A note for people.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether its tokens may hold any scope.</summary>
    public bool GrantsEveryScope => Scopes is ["*"];

    /// <summary>The rules for this issuer's tokens at one target.</summary>
    /// <param name="audience">The target's own identifier.</param>
    /// <param name="leeway">How far clocks may be apart.</param>
    /// <param name="maxLifetime">The longest life that the target allows; the shorter of it and the entry's holds.</param>
    /// <exception cref="InvalidBundleException">The entry has faults.</exception>
    public JwtRules ToRules(string audience, TimeSpan leeway, TimeSpan maxLifetime)
    {
        if (Faults().ToArray() is { Length: > 0 } faults)
            throw new InvalidBundleException(faults);
        return new JwtRules
        {
            Issuer = Issuer,
            Audience = audience,
            Leeway = leeway,
            MaxLifetime = MaxLifetime is { } own && own < maxLifetime ? own : maxLifetime,
            Algorithms = Algorithms,
            Profile = Profile,
            Subjects = Subjects ?? SubjectPatterns.Only(Issuer),
            Scopes = GrantsEveryScope ? null : Scopes.ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>What is wrong with the entry, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        var name = $"The entry of {Issuer}";
        if (UrlFault(Issuer) is { } wrongIssuer)
            yield return $"The issuer '{Issuer}' {wrongIssuer}.";
        else if (new Uri(Issuer).Query.Length > 0)
            yield return $"The issuer '{Issuer}' has a query, which no issuer's identifier has.";
        if (JwksUri is not null && UrlFault(JwksUri) is { } wrongKeys)
            yield return $"{name} has a jwks_uri that {wrongKeys}.";
        if (MetadataUri is not null && UrlFault(MetadataUri) is { } wrongMetadata)
            yield return $"{name} has a metadata_uri that {wrongMetadata}.";
        if (new object?[] { Keys, JwksUri, MetadataUri }.Count(source => source is not null) > 1)
            yield return $"{name} names several sources of keys; keep one of jwks, jwks_uri and metadata_uri.";
        if (Keys is { Keys.Count: 0 })
            yield return $"{name} has a jwks without a key that can be used.";
        if (Keys is not null && Keys.Keys.Any(key => key.Algorithm.IsSymmetric))
            yield return $"{name} holds a symmetric key, which must not stand in a bundle; use a key pair.";
        if (Algorithms is { Count: 0 } || Algorithms?.Any(algorithm => algorithm.IsSymmetric) == true)
            yield return $"{name} must name asymmetric algorithms, one or more, or leave algorithms out.";
        if (Scopes.Any(scope => !ScopeText.IsToken(scope)) || (Scopes.Contains("*") && !GrantsEveryScope))
            yield return $"{name} has scopes that are none: write scope tokens, or * alone for all.";
        if (new[] { Issuer, JwksUri, MetadataUri, Comment }.Concat(Subjects?.Patterns ?? []).Any(HasHidden))
            yield return $"{name} holds characters that nobody sees, such as those that turn the direction of writing; write plain text.";
        if (MaxLifetime is { } life && (life < TimeSpan.FromSeconds(1) || life > LongestLifetime))
            yield return $"{name} has a max_lifetime that is not from 1 s to 24 h.";
    }

    /// <summary>Whether a text that people review could read otherwise than it is.</summary>
    internal static bool HasHidden(string? text) => text?.EnumerateRunes().Any(one => Rune.GetUnicodeCategory(one)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) == true;

    // A stock issuer may have a path; nothing that is compared character by character may have more.
    private static string? UrlFault(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out var url) ? "is not a URL"
        : url.UserInfo.Length > 0 ? "holds a user name or password"
        : url.Fragment.Length > 0 || text.Contains('#', StringComparison.Ordinal) ? "has a fragment"
        : !IssuerUrl.IsSecure(url) ? "is not https, nor http on this machine"
        : null;
}
