// What a resource registered to have its tokens encrypted: a public key, or the URL where it publishes one.
using System.Data.Common;
using Watchword.Issuer.Storage;
using Watchword.Jwe;

namespace Watchword.Issuer.Resources;

/// <param name="Jwk">Its public key as JSON, exactly as it is stored; <see langword="null"/> where it publishes one.</param>
/// <param name="Url">Where it publishes its key set; <see langword="null"/> where it gave a key.</param>
/// <param name="Content">What the content of its tokens is encrypted with.</param>
internal sealed record ResourceEncryption(string? Jwk, string? Url, ContentEncryption Content)
{
    /// <summary>What <see cref="FromRow"/> reads, of the table <c>resource_encryption e</c>.</summary>
    public const string Columns = "e.jwk, e.url, e.enc";

    /// <summary>Reads those columns, the first of which is given; <see langword="null"/> where an outer join found nothing.</summary>
    /// <exception cref="StorageException">The database names an algorithm that this program does not know.</exception>
    public static ResourceEncryption? FromRow(DbDataReader row, int first) => row.IsDBNull(first + 2) ? null : new(
        row.IsDBNull(first) ? null : row.GetString(first),
        row.IsDBNull(first + 1) ? null : row.GetString(first + 1),
        ContentEncryption.TryFind(row.GetString(first + 2), out var content)
            ? content
            : throw new StorageException("the database names an encryption that this program does not know; restore it from a backup"));
}
