// HS256, HS384, HS512 (RFC 7518 §3.2).
using System.Security.Cryptography;

namespace Watchword.Keys;

internal sealed class HmacPrimitive : SignaturePrimitive
{
    private readonly SignatureAlgorithm _algorithm;
    private readonly byte[] _secret;
    private readonly InstancePool<IncrementalHash> _hashes;

    public HmacPrimitive(SignatureAlgorithm algorithm, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < algorithm.HashLength)
            throw new InvalidKeyException($"A secret for {algorithm} needs at least {algorithm.HashLength} bytes (RFC 7518 section 3.2); this one has {secret.Length}. Generate a longer one.");
        _algorithm = algorithm;
        _secret = secret.ToArray();
        _hashes = new InstancePool<IncrementalHash>(() => IncrementalHash.CreateHMAC(_algorithm.Hash, _secret));
    }

    public override int SignatureLength => _algorithm.HashLength;

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        var hash = _hashes.Rent();
        hash.AppendData(data);
        hash.GetHashAndReset(signature);
        _hashes.Return(hash);
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[64];
        expected = expected[..SignatureLength];
        Sign(data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public override byte[] ExportPrivateKey() => _secret.AsSpan().ToArray();

    public override Jwk ToPublicJwk() => throw new InvalidOperationException("A secret has no public half.");

    public override void Dispose()
    {
        _hashes.Dispose();
        CryptographicOperations.ZeroMemory(_secret);
    }
}
