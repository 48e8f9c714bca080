// Keys on Ed25519 (RFC 8032, RFC 8037 §2). The engine's table finds this class by its name.
using System.Runtime.InteropServices;
using NSec.Cryptography;
using Watchword.Keys;
using Sodium = NSec.Cryptography.SignatureAlgorithm;

namespace Watchword.Ed25519;

internal sealed class Ed25519Family() : KeyFamily("OKP", "Ed25519")
{
    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };

    // libsodium is loaded here, when the first key is met, and not before.
    private static Sodium Algorithm
    {
        get
        {
            try
            {
                return Sodium.Ed25519;
            }
            catch (Exception fault) when (fault is TypeInitializationException or DllNotFoundException or PlatformNotSupportedException)
            {
                throw new InvalidKeyException("The library libsodium, which Ed25519 comes from, cannot be loaded. It lies beside the application: check that it was deployed, for this platform.", fault);
            }
        }
    }

    public override SignaturePrimitive FromPublic(Jwk jwk)
    {
        var x = Jwk.Need(jwk.X, "x");
        if (!PublicKey.TryImport(Algorithm, x, KeyBlobFormat.RawPublicKey, out var key) || key is null || IsValidPoint(x) == 0)
            throw new InvalidKeyException("The public key is not 32 bytes that spell a point of Ed25519's large group in the one right way (RFC 8032 section 5.1.3). It is damaged or an attack; do not use it.");
        return new Ed25519Primitive(Algorithm, key, null);
    }

    public override SignaturePrimitive FromPrivate(Jwk jwk)
    {
        var key = Load(Jwk.Need(jwk.D, "d"), KeyBlobFormat.RawPrivateKey);
        if (Jwk.Need(jwk.X, "x").AsSpan().SequenceEqual(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)))
            return Private(key);
        key.Dispose();
        throw new InvalidKeyException("The key's x is not the public half of its d. Check that it was copied whole.");
    }

    public override SignaturePrimitive Import(ReadOnlySpan<byte> exported) => Private(Load(exported, KeyBlobFormat.PkixPrivateKey));

    public override SignaturePrimitive Generate() => Private(Key.Create(Algorithm, Exportable));

    private static Ed25519Primitive Private(Key key) => new(Algorithm, key.PublicKey, key);

    private static Key Load(ReadOnlySpan<byte> bytes, KeyBlobFormat format) => Key.TryImport(Algorithm, bytes, format, out var key, Exportable) && key is not null
        ? key
        : throw new InvalidKeyException("This is no private key on Ed25519 (RFC 8037 section 2, RFC 8410 section 7). Check that it was copied whole.");

    // libsodium asks this again of every signature, but a bad key is refused when it is loaded.
    [DllImport("libsodium", EntryPoint = "crypto_core_ed25519_is_valid_point")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int IsValidPoint(byte[] point);
}
