// What the framework alone costs: the cipher for dir, the private key's operation for RSA, import and agreement for ECDH-ES.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Bench;

internal sealed class BareEncryption : IDisposable
{
    private readonly KeyManagementAlgorithm _algorithm;
    private readonly AesGcm? _gcm;
    private readonly Aes? _aes;
    private readonly Aes? _wrap;
    private readonly IncrementalHash? _hash;
    private readonly ECDiffieHellman? _ecdh;
    private readonly ECParameters _sender;
    private readonly byte[] _wrapped = [];
    private readonly byte[] _header;
    private readonly byte[] _encryptedKey;
    private readonly byte[] _nonce;
    private readonly byte[] _ciphertext;
    private readonly byte[] _tag;
    private readonly byte[] _plaintext;
    private readonly byte[] _room = new byte[4096];

    public BareEncryption(KeyManagementAlgorithm algorithm, ContentEncryption encryption, Jwk jwk, string token, byte[] plaintext)
    {
        _algorithm = algorithm;
        _plaintext = plaintext;
        var parts = token.Split('.');
        _header = Encoding.ASCII.GetBytes(parts[0]);
        (_encryptedKey, _nonce, _ciphertext, _tag) = (Bytes(parts[1]), Bytes(parts[2]), Bytes(parts[3]), Bytes(parts[4]));
        if (jwk.KeyType == "RSA")
        {
            Rsa = RSA.Create(new RSAParameters { Modulus = jwk.N, Exponent = jwk.E, D = jwk.D, P = jwk.P, Q = jwk.Q, DP = jwk.DP, DQ = jwk.DQ, InverseQ = jwk.QI });
        }
        else if (jwk.KeyType == "EC")
        {
            _ecdh = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = jwk.D, Q = new ECPoint { X = jwk.X, Y = jwk.Y } });
            var epk = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0])).GetProperty("epk");
            _sender = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Bytes(epk.GetProperty("x").GetString()!), Y = Bytes(epk.GetProperty("y").GetString()!) } };
        }
        else if (algorithm != KeyManagementAlgorithm.Direct)
        {
            _wrap = Aes.Create();
            _wrap.SetKey(jwk.K);
            _wrapped = _wrap.EncryptKeyWrapPadded(new byte[encryption.KeyLength]);
        }
        else if (_tag.Length == 16 && _nonce.Length == 12)
        {
            _gcm = new AesGcm(jwk.K!, 16);
        }
        else
        {
            var half = jwk.K!.Length / 2;
            _aes = Aes.Create();
            _aes.SetKey(jwk.K.AsSpan(half));
            _hash = IncrementalHash.CreateHMAC(half == 16 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, jwk.K.AsSpan(0, half));
        }
    }

    public RSA? Rsa { get; }

    public int Decrypt()
    {
        if (Rsa is not null)
            return Rsa.TryDecrypt(_encryptedKey, _room, Padding, out var written) ? written : throw new CryptographicException();
        if (_ecdh is not null)
        {
            using var sender = ECDiffieHellman.Create(_sender);
            using var theirs = sender.PublicKey;
            return _ecdh.DeriveRawSecretAgreement(theirs).Length;
        }
        if (_wrap is not null)
            return _wrap.DecryptKeyWrapPadded(_wrapped).Length;
        if (_gcm is not null)
        {
            _gcm.Decrypt(_nonce, _ciphertext, _tag, _room.AsSpan(0, _ciphertext.Length), _header);
            return _ciphertext.Length;
        }
        Authenticate(_ciphertext);
        return _aes!.DecryptCbc(_ciphertext, _nonce, _room);
    }

    public int Encrypt()
    {
        if (Rsa is not null)
            return Rsa.TryEncrypt(_room.AsSpan(0, 32), _room, Padding, out var written) ? written : throw new CryptographicException();
        if (_ecdh is not null)
        {
            using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            using var theirs = _ecdh.PublicKey;
            return sender.DeriveRawSecretAgreement(theirs).Length;
        }
        if (_wrap is not null)
            return _wrap.EncryptKeyWrapPadded(_room.AsSpan(0, 32)).Length;
        if (_gcm is not null)
        {
            _gcm.Encrypt(_nonce, _plaintext, _room.AsSpan(0, _plaintext.Length), _room.AsSpan(4000, 16), _header);
            return _plaintext.Length;
        }
        var length = _aes!.EncryptCbc(_plaintext, _nonce, _room);
        Authenticate(_room.AsSpan(0, length));
        return length;
    }

    public void Dispose()
    {
        foreach (var key in new IDisposable?[] { _gcm, _aes, _wrap, _hash, _ecdh, Rsa })
            key?.Dispose();
    }

    private RSAEncryptionPadding Padding => _algorithm == KeyManagementAlgorithm.RsaOaep ? RSAEncryptionPadding.OaepSHA1 : RSAEncryptionPadding.OaepSHA256;

    private void Authenticate(ReadOnlySpan<byte> ciphertext)
    {
        Span<byte> tag = stackalloc byte[64];
        _hash!.AppendData(_header);
        _hash.AppendData(_nonce);
        _hash.AppendData(ciphertext);
        _hash.GetHashAndReset(tag);
    }

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
