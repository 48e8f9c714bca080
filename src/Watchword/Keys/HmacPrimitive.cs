// HS256, HS384, HS512 (RFC 7518 §3.2).
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class HmacPrimitive : SignaturePrimitive
{
    private readonly Sha2 _hash;
    private readonly byte[] _secret;
    private readonly InstancePool<IncrementalHash> _hashes;

    public HmacPrimitive(Sha2 hash, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < hash.Length)
            throw new InvalidKeyException($"A secret for HMAC with {hash.Name} needs at least {hash.Length} bytes (RFC 7518 section 3.2); this one has {secret.Length}. Generate a longer one.");
        _hash = hash;
        _secret = secret.ToArray();
        _hashes = new InstancePool<IncrementalHash>(() => IncrementalHash.CreateHMAC(_hash.Name, _secret));
    }

    public override int SignatureLength => _hash.Length;

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var hash = _hashes.Rent();
        hash.AppendData(data);
        hash.GetHashAndReset(signature);
        _hashes.Return(hash);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[Sha2.Longest];
        expected = expected[..SignatureLength];
        Sign(data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public override byte[] ExportPrivateKey() => _secret.AsSpan().ToArray();

    public override Jwk ToPublicJwk() => throw new InvalidOperationException("A secret has no public half.");

    public override Jwk ToPrivateJwk() => new() { KeyType = "oct", K = ExportPrivateKey() };

    public override void Dispose()
    {
        _hashes.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }
}
