// A target as the issuer knows it.
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

/// <param name="Identifier">Its identifier (RFC 8707), exact: it becomes <c>aud</c>.</param>
/// <param name="Scopes">The scopes it knows, in ordinal order.</param>
/// <param name="TokenLifetime">How long its tokens live: 10 s to 24 h.</param>
/// <param name="Algorithm">What its tokens are signed with.</param>
/// <param name="Created">When it was registered.</param>
internal sealed record Resource(
    string Identifier, IReadOnlyList<string> Scopes, TimeSpan TokenLifetime, SignatureAlgorithm Algorithm, DateTimeOffset Created)
{
    /// <summary>What its tokens are encrypted to; <see langword="null"/> where they are only signed.</summary>
    public ResourceEncryption? Encryption { get; init; }
}
