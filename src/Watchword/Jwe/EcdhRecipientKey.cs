// ECDH-ES, alone or with AES key wrap (RFC 7518 §4.6): each token brings a public key of its own.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class EcdhRecipientKey : PerTokenKey
{
    private const int LongestWrapKey = 32;
    private readonly KeyManagementAlgorithm _algorithm;
    private readonly EllipticCurve _curve;
    private readonly ECParameters _parameters;
    private readonly InstancePool<ECDiffieHellman> _keys;

    /// <summary>Loads a key; the scalar is the key's own from now on, and wiped with it.</summary>
    public EcdhRecipientKey(KeyManagementAlgorithm algorithm, EllipticCurve curve, ECPoint point, byte[]? scalar)
    {
        if (!IsOnCurve(curve, point))
            throw new InvalidKeyException($"The public point is not on {curve.Name}, or its coordinates have not exactly {curve.CoordinateLength} bytes (RFC 7518 section 6.2.1.2). The key is damaged or an attack; do not use it.");
        _algorithm = algorithm;
        _curve = curve;
        _parameters = new ECParameters { Curve = curve.Curve, Q = point, D = scalar };
        _keys = new InstancePool<ECDiffieHellman>(() => ECDiffieHellman.Create(_parameters));
        // A scalar that is not the point's is refused by the platform here, not at the first token.
        _keys.Return(_keys.Rent());
    }

    public static EcdhRecipientKey Generate(KeyManagementAlgorithm algorithm, EllipticCurve curve)
    {
        using var key = ECDiffieHellman.Create(curve.Curve);
        var parameters = key.ExportParameters(true);
        return new EcdhRecipientKey(algorithm, curve, parameters.Q, parameters.D);
    }

    public override Jwk ToPublicJwk() => new() { KeyType = "EC", Curve = _curve.Name, X = _parameters.Q.X, Y = _parameters.Q.Y };

    public override Jwk ToPrivateJwk() =>
        _parameters.D is null ? throw new InvalidOperationException("This key has no private half.") : _curve.ToJwk(_parameters);

    public override void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_parameters.D);
    }

    protected override Envelope Wrap(ContentEncryption encryption, Span<byte> contentKey)
    {
        using var ephemeral = ECDiffieHellman.Create(_curve.Curve);
        var point = ephemeral.ExportParameters(false).Q;
        var recipient = _keys.Rent();
        byte[] secret;
        using (var theirs = recipient.PublicKey)
            secret = ephemeral.DeriveRawSecretAgreement(theirs);
        _keys.Return(recipient);
        var epk = new Jwk { KeyType = "EC", Curve = _curve.Name, X = point.X, Y = point.Y };
        if (_algorithm.WrapLength == 0)
        {
            Derive(secret, encryption.Name, [], [], contentKey);
            return new Envelope([], epk);
        }
        RandomNumberGenerator.Fill(contentKey);
        var wrapped = new byte[contentKey.Length + AesKeyWrap.Overhead];
        using var wrap = WrapBy(secret, [], []);
        wrap.Wrap(contentKey, wrapped);
        return new Envelope(wrapped, epk);
    }

    protected override bool TryUnwrap(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey)
    {
        var expected = _algorithm.WrapLength == 0 ? 0 : contentKey.Length + AesKeyWrap.Overhead;
        if (encryptedKey.Length != expected || Agree(header.EphemeralKey!) is not { } secret)
            return false;
        if (_algorithm.WrapLength == 0)
        {
            Derive(secret, header.Encryption.Name, header.PartyU, header.PartyV, contentKey);
            return true;
        }
        using var wrap = WrapBy(secret, header.PartyU, header.PartyV);
        return wrap.TryUnwrap(encryptedKey, contentKey);
    }

    // A point off the curve would give the private key away, bit by bit, to whoever sends enough of them (RFC 7518 errata, CVE-2017-16007).
    private static bool IsOnCurve(EllipticCurve curve, ECPoint point) =>
        point.X!.Length == curve.CoordinateLength && point.Y!.Length == curve.CoordinateLength && curve.Contains(point.X, point.Y);

    private byte[]? Agree(Jwk ephemeral)
    {
        var point = new ECPoint { X = ephemeral.X, Y = ephemeral.Y };
        if (ephemeral.Curve != _curve.Name || !IsOnCurve(_curve, point))
            return null;
        var key = _keys.Rent();
        try
        {
            using var sender = ECDiffieHellman.Create(new ECParameters { Curve = _curve.Curve, Q = point });
            using var theirs = sender.PublicKey;
            return key.DeriveRawSecretAgreement(theirs);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            _keys.Return(key);
        }
    }

    private AesKeyWrap WrapBy(byte[] secret, byte[] partyU, byte[] partyV)
    {
        Span<byte> key = stackalloc byte[LongestWrapKey];
        key = key[.._algorithm.WrapLength];
        Derive(secret, _algorithm.Name, partyU, partyV, key);
        var wrap = new AesKeyWrap(key);
        CryptographicOperations.ZeroMemory(key);
        return wrap;
    }

    private static void Derive(byte[] secret, string name, byte[] partyU, byte[] partyV, Span<byte> key)
    {
        ConcatKdf.Derive(secret, name, partyU, partyV, key);
        CryptographicOperations.ZeroMemory(secret);
    }
}
