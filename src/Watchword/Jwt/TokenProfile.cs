// Where the access tokens of stock issuers differ from RFC 9068: named, one issuer at a time, and nothing beyond what is listed here.
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Watchword.Jwt;

/// <summary>
/// The form of one issuer's access tokens. Whoever trusts an issuer whose tokens are not those of RFC 9068 says which form they have; signature, issuer,
/// audience, times and subject are checked alike in every form.
/// </summary>
public sealed class TokenProfile
{
    private TokenProfile(string name, string type, string clientId, string tokenId, string scope, bool allowsScopeArray)
    {
        Name = name;
        Type = type;
        ClientId = new ClaimName(clientId);
        TokenId = new ClaimName(tokenId);
        Scope = new ClaimName(scope);
        AllowsScopeArray = allowsScopeArray;
    }

    /// <summary><c>rfc9068</c>, the default: <c>typ</c> is <c>at+jwt</c>, the client is <c>client_id</c>, scopes stand in <c>scope</c> as one string.</summary>
    public static TokenProfile Rfc9068 { get; } = new("rfc9068", "at+jwt", "client_id", "jti", "scope", allowsScopeArray: false);

    /// <summary><c>keycloak</c>: <c>typ</c> is <c>JWT</c>, the client is <c>azp</c>.</summary>
    public static TokenProfile Keycloak { get; } = new("keycloak", "JWT", "azp", "jti", "scope", allowsScopeArray: false);

    /// <summary><c>entra</c>: <c>typ</c> is <c>JWT</c>, the client is <c>azp</c>, the identifier <c>uti</c>, and application permissions in <c>roles</c> are the scopes.</summary>
    public static TokenProfile Entra { get; } = new("entra", "JWT", "azp", "uti", "roles", allowsScopeArray: true);

    /// <summary><c>entra-delegated</c>: as <c>entra</c>, for tokens on behalf of a user, whose scopes stand in <c>scp</c>.</summary>
    public static TokenProfile EntraDelegated { get; } = new("entra-delegated", "JWT", "azp", "uti", "scp", allowsScopeArray: true);

    /// <summary><c>okta</c>: <c>typ</c> is <c>JWT</c>, the client is <c>cid</c>, scopes stand in <c>scp</c> as an array.</summary>
    public static TokenProfile Okta { get; } = new("okta", "JWT", "cid", "jti", "scp", allowsScopeArray: true);

    /// <summary><c>duende</c>: as RFC 9068, but scopes stand in <c>scope</c> as an array.</summary>
    public static TokenProfile Duende { get; } = new("duende", "at+jwt", "client_id", "jti", "scope", allowsScopeArray: true);

    /// <summary>All profiles.</summary>
    public static IReadOnlyList<TokenProfile> All { get; } = [Rfc9068, Keycloak, Entra, EntraDelegated, Okta, Duende];

    /// <summary>What settings and trust bundles call it.</summary>
    public string Name { get; }

    /// <summary>The <c>typ</c> of its tokens.</summary>
    internal string Type { get; }

    /// <summary>The claim that holds the client.</summary>
    internal ClaimName ClientId { get; }

    /// <summary>The claim that holds the token's identifier.</summary>
    internal ClaimName TokenId { get; }

    /// <summary>The claim that holds the scopes.</summary>
    internal ClaimName Scope { get; }

    /// <summary>Whether the scopes may be an array of strings; one string they may always be.</summary>
    internal bool AllowsScopeArray { get; }

    /// <summary>Finds a profile by its exact name.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out TokenProfile? profile)
    {
        profile = All.FirstOrDefault(known => known.Name == name);
        return profile is not null;
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The name of a claim, as text and as it stands in a token.</summary>
    internal sealed class ClaimName(string text)
    {
        public byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(text);

        public bool Is(string name) => text == name;

        public override string ToString() => text;
    }
}
