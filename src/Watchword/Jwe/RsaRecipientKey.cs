// RSA-OAEP and RSA-OAEP-256 (RFC 7518 §4.3): the content's key is encrypted to a public RSA key.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class RsaRecipientKey : PerTokenKey
{
    private readonly KeyManagementAlgorithm _algorithm;
    private readonly RSAParameters _parameters;
    private readonly InstancePool<RSA> _keys;

    public RsaRecipientKey(KeyManagementAlgorithm algorithm, RSAParameters parameters)
    {
        RsaStrength.Check(parameters);
        _algorithm = algorithm;
        _parameters = parameters;
        _keys = new InstancePool<RSA>(() => RSA.Create(_parameters));
        // A private key whose numbers do not fit each other is refused here, not at the first token.
        _keys.Return(_keys.Rent());
    }

    private int Length => _parameters.Modulus!.Length;

    public static RsaRecipientKey Generate(KeyManagementAlgorithm algorithm)
    {
        using var key = RSA.Create(RsaStrength.GeneratedBits);
        return new RsaRecipientKey(algorithm, key.ExportParameters(true));
    }

    public override Jwk ToPublicJwk() => new() { KeyType = "RSA", N = _parameters.Modulus, E = _parameters.Exponent };

    public override Jwk ToPrivateJwk() =>
        _parameters.D is null ? throw new InvalidOperationException("This key has no private half.") : RsaNumbers.ToJwk(_parameters);

    public override void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_parameters.D);
        CryptographicOperations.ZeroMemory(_parameters.P);
        CryptographicOperations.ZeroMemory(_parameters.Q);
        CryptographicOperations.ZeroMemory(_parameters.DP);
        CryptographicOperations.ZeroMemory(_parameters.DQ);
        CryptographicOperations.ZeroMemory(_parameters.InverseQ);
    }

    protected override Envelope Wrap(ContentEncryption encryption, Span<byte> contentKey)
    {
        RandomNumberGenerator.Fill(contentKey);
        var encrypted = new byte[Length];
        var key = _keys.Rent();
        key.Encrypt(contentKey, encrypted, _algorithm.Padding!);
        _keys.Return(key);
        return new Envelope(encrypted);
    }

    protected override bool TryUnwrap(JweHeader header, ReadOnlySpan<byte> encryptedKey, Span<byte> contentKey)
    {
        if (encryptedKey.Length != Length)
            return false;
        Span<byte> decrypted = stackalloc byte[RsaStrength.MostBits / 8];
        var key = _keys.Rent();
        try
        {
            if (!key.TryDecrypt(encryptedKey, decrypted, _algorithm.Padding!, out var written) || written != contentKey.Length)
                return false;
            decrypted[..written].CopyTo(contentKey);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            _keys.Return(key);
            CryptographicOperations.ZeroMemory(decrypted);
        }
    }
}
