// What the issuer knows of a caller: the client, its credentials, its grants. Values, read from the database and never changed.
namespace Watchword.Issuer.Clients;

internal sealed record Client(string ClientId, bool Disabled, DateTimeOffset Created);

internal sealed record Credential(string CredentialId, string ClientId, string Name, DateTimeOffset Created, DateTimeOffset? Expires)
{
    /// <summary>When a token was last issued for it, some seconds late; <see langword="null"/> is never.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>The address that this was from; <see langword="null"/> where there was none.</summary>
    public string? LastUsedFrom { get; init; }

    /// <summary>When it was revoked; <see langword="null"/> is never.</summary>
    public DateTimeOffset? Revoked { get; init; }
}

/// <summary>A credential that was just made, with the key that is shown this once and kept nowhere.</summary>
internal sealed record NewCredential(Credential Credential, ApiKey Key);

/// <summary>The scopes a client may ask of a resource, in ordinal order.</summary>
internal sealed record Grant(string ClientId, string Resource, IReadOnlyList<string> Scopes);
