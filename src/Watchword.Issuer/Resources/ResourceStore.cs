using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

/// <param name="Identifier">RFC 8707, exact: it becomes <c>aud</c>.</param>
/// <param name="Scopes">In ordinal order.</param>
/// <param name="TokenLifetime">10 s to 24 h.</param>
/// <param name="Algorithm">What its tokens are signed with.</param>
/// <param name="Created">When it was registered.</param>
internal sealed record Resource(
    string Identifier, IReadOnlyList<string> Scopes, TimeSpan TokenLifetime, SignatureAlgorithm Algorithm, DateTimeOffset Created);

internal sealed class ResourceStore(Database database, DataKeys keys, TimeProvider clock)
{
    /// <summary>
    /// Registers a resource (lifetime in seconds, default 300; algorithm by name, default ES256). The secret is there for HS256 only and
    /// shown this once. For an asymmetric algorithm call KeyStore.EnsureAsync and swap the ring first, so that a key is there at the first token.
    /// </summary>
    public Task<(Resource Resource, SharedSecret? Secret)> CreateAsync(
        string identifier, IReadOnlyList<string> scopes, long? lifetimeSeconds, string? algorithm, CancellationToken ct) => throw new NotImplementedException();

    public Task<IReadOnlyList<Resource>> ListAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <exception cref="RefusedException">There is no such resource.</exception>
    public Task<Resource> GetAsync(string identifier, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Removes a resource with its grants.</summary>
    public Task DeleteAsync(string identifier, CancellationToken ct) => throw new NotImplementedException();
}

internal static class ResourceRules
{
    /// <summary>Finds the algorithm (null: ES256) or throws RefusedException with a sentence; to be called before KeyStore.EnsureAsync.</summary>
    public static SignatureAlgorithm ParseAlgorithm(string? name) => throw new NotImplementedException();
}
