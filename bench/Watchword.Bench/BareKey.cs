// The primitive (of System.Security.Cryptography; for Ed25519 of NSec) with a loaded key and nothing around it: what every row is compared with.
using System.Security.Cryptography;
using NSec.Cryptography;
using Watchword.Keys;
using Sodium = NSec.Cryptography.SignatureAlgorithm;

namespace Watchword.Bench;

internal sealed class BareKey
{
    private readonly byte[] _secret = [];
    private readonly RSA? _rsa;
    private readonly ECDsa? _ecdsa;
    private readonly Key? _ed25519;
    private readonly HashAlgorithmName _hash;
    private readonly RSASignaturePadding _padding;
    private readonly byte[] _buffer = new byte[1024];

    public BareKey(SigningKey key)
    {
        var name = key.Algorithm.Name;
        _hash = name[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        _padding = name[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        if (key.Algorithm.KeyType == "oct")
            _secret = key.ExportPrivateKey();
        else if (key.Algorithm.KeyType == "RSA")
            (_rsa = RSA.Create()).ImportPkcs8PrivateKey(key.ExportPrivateKey(), out _);
        else if (key.Algorithm.KeyType == "OKP")
            _ed25519 = Key.Import(Sodium.Ed25519, key.ExportPrivateKey(), KeyBlobFormat.PkixPrivateKey);
        else
            (_ecdsa = ECDsa.Create()).ImportPkcs8PrivateKey(key.ExportPrivateKey(), out _);
    }

    public RSA? Rsa => _rsa;

    public ECDsa? Ecdsa => _ecdsa;

    public byte[] Secret => _secret;

    public int Sign(byte[] data)
    {
        if (_rsa is not null)
            return _rsa.TrySignData(data, _buffer, _hash, _padding, out var written) ? written : throw new CryptographicException();
        if (_ecdsa is not null)
            return _ecdsa.TrySignData(data, _buffer, _hash, out var written) ? written : throw new CryptographicException();
        if (_ed25519 is not null)
            return Sign(_ed25519, data);
        return Hmac(data, _buffer);
    }

    public bool Verify(byte[] data, byte[] signature)
    {
        if (_rsa is not null)
            return _rsa.VerifyData(data, signature, _hash, _padding);
        if (_ecdsa is not null)
            return _ecdsa.VerifyData(data, signature, _hash);
        if (_ed25519 is not null)
            return Sodium.Ed25519.Verify(_ed25519.PublicKey, data, signature);
        Span<byte> expected = stackalloc byte[64];
        return CryptographicOperations.FixedTimeEquals(expected[..Hmac(data, expected)], signature);
    }

    private int Sign(Key key, byte[] data)
    {
        Sodium.Ed25519.Sign(key, data, _buffer.AsSpan(0, Sodium.Ed25519.SignatureSize));
        return Sodium.Ed25519.SignatureSize;
    }

    private int Hmac(ReadOnlySpan<byte> data, Span<byte> destination) => _hash.Name switch
    {
        "SHA256" => HMACSHA256.HashData(_secret, data, destination),
        "SHA384" => HMACSHA384.HashData(_secret, data, destination),
        _ => HMACSHA512.HashData(_secret, data, destination),
    };
}
