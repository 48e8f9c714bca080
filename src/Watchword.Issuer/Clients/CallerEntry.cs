// Everything the token endpoint needs to know of one credential, immutable: what the registry remembers.
using Watchword.Issuer.Resources;
using Watchword.Keys;

namespace Watchword.Issuer.Clients;

/// <summary>One credential as it is stored, with what decides whether it is good.</summary>
internal sealed record StoredCredential(
    string CredentialId, string ClientId, StoredHash Hash, DateTimeOffset? Expires, bool Revoked, bool ClientDisabled);

/// <summary>The hash of an API key, with the version of the data key it was made under.</summary>
internal sealed record StoredHash(long DataKey, byte[] Bytes);

/// <summary>Who is calling and what they may ask for.</summary>
internal sealed class CallerEntry(StoredCredential credential, IReadOnlyDictionary<string, CallerGrant> grants)
{
    /// <summary>The credential that was presented.</summary>
    public StoredCredential Credential { get; } = credential;

    /// <summary>The identifier of that credential.</summary>
    public string CredentialId => Credential.CredentialId;

    /// <summary>The client: <c>sub</c> and <c>client_id</c> of its tokens.</summary>
    public string ClientId => Credential.ClientId;

    /// <summary>The grants, by the exact identifier of the resource.</summary>
    public IReadOnlyDictionary<string, CallerGrant> Grants { get; } = grants;
}

/// <summary>A grant together with what the resource asks of its tokens.</summary>
/// <param name="Resource">The resource, exact: it becomes <c>aud</c>.</param>
/// <param name="Scopes">The granted scopes, in ordinal order.</param>
/// <param name="ScopeText">The same, joined with spaces; <see langword="null"/> when there is none.</param>
/// <param name="TokenLifetime">10 s to 24 h.</param>
/// <param name="Algorithm">What the resource's tokens are signed with: by the key ring, unless <paramref name="SharedKey"/> is there.</param>
/// <param name="SharedKey">The key of the secret shared with the resource; for HS256 only.</param>
internal sealed record CallerGrant(
    string Resource, IReadOnlyList<string> Scopes, string? ScopeText, TimeSpan TokenLifetime, SignatureAlgorithm Algorithm, SigningKey? SharedKey)
{
    /// <summary>What the resource's tokens are encrypted to; <see langword="null"/> where they are only signed.</summary>
    public ResourceEncryption? Encryption { get; init; }
}
