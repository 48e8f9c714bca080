// The HS256 secrets at rest: encrypted, bound to their resource, so that a row given to another resource does not open.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using BitFaster.Caching.Lru;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

internal sealed class SharedSecrets(DataKeys keys)
{
    private const string Purpose = "shared-secret";
    private const int Remembered = 1_000;
    private readonly ConcurrentLru<string, SigningKey> _opened = new(Environment.ProcessorCount, Remembered, StringComparer.Ordinal);

    /// <summary>Encrypts a secret for its row.</summary>
    public static byte[] Protect(DataKeys keys, SharedSecret secret, string resource)
    {
        var text = Encoding.ASCII.GetBytes(secret.Reveal());
        var box = keys.StoredKeys(keys.StoredKeyVersion).Protect(text, Purpose, Id(secret.KeyId, resource), "HS256");
        CryptographicOperations.ZeroMemory(text);
        return box;
    }

    /// <summary>The key that signs a resource's tokens. A box never changes under its kid, so it is opened once.</summary>
    /// <exception cref="StorageException">The row was altered or exchanged.</exception>
    public SigningKey Open(string kid, string resource, long version, string box) =>
        _opened.GetOrAdd(Id(kid, resource), _ => Decrypt(kid, resource, version, box));

    /// <summary>Opens it and does not remember it; the caller disposes of it.</summary>
    /// <exception cref="StorageException">The row was altered or exchanged.</exception>
    public SigningKey Decrypt(string kid, string resource, long version, string box)
    {
        var text = Array.Empty<byte>();
        try
        {
            text = keys.StoredKeys(version).Unprotect(Base64Url.DecodeFromChars(box), Purpose, Id(kid, resource), "HS256");
            return SharedSecret.TryParse(Encoding.ASCII.GetString(text), out var secret, out _) && secret.KeyId == kid
                ? secret.ToSigningKey()
                : throw Damaged(kid, null);
        }
        catch (Exception e) when (e is KeyProtectionException or FormatException)
        {
            throw Damaged(kid, e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static string Id(string kid, string resource) => $"{kid} {resource}";

    private static StorageException Damaged(string kid, Exception? cause) => new(
        $"the shared secret '{kid}' in the database does not open: its row was altered or exchanged; restore the database from a backup", cause);
}
