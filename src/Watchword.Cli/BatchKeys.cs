// The keys of one line of a batch: the operator's own, so that secrets and private keys may be among them.
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Cli;

/// <summary>Loads keys, each for one algorithm, and leaves out those that cannot be used. The last ones are kept for the next line.</summary>
internal sealed class BatchKeys : IDisposable
{
    private byte[] _text = [];
    private string _limits = "";
    private KeySet? _verifying;
    private DecryptionKey[]? _decrypting;

    /// <summary>The keys that verify signatures.</summary>
    /// <exception cref="InvalidKeyException">The text is no key set.</exception>
    public KeySet Verifying(ReadOnlySpan<byte> jwks, BatchOptions options)
    {
        Turn(jwks, options);
        return _verifying ??= new KeySet(KeySet.ReadKeys(jwks, int.MaxValue, jwk => Verifying(jwk, options.Algorithms)));
    }

    /// <summary>The keys that decrypt.</summary>
    /// <exception cref="InvalidKeyException">The text is no key set.</exception>
    public IReadOnlyList<DecryptionKey> Decrypting(ReadOnlySpan<byte> jwks, BatchOptions options)
    {
        Turn(jwks, options);
        return _decrypting ??= [.. KeySet.ReadKeys(jwks, int.MaxValue, jwk => Decrypting(jwk, options)).SelectMany(keys => keys)];
    }

    public void Dispose()
    {
        foreach (var key in _decrypting ?? [])
            key.Dispose();
    }

    private void Turn(ReadOnlySpan<byte> jwks, BatchOptions options)
    {
        var limits = $"{string.Join('\n', options.Algorithms ?? [])}\n\n{string.Join('\n', options.Encryptions ?? [])}";
        if (limits == _limits && jwks.SequenceEqual(_text))
            return;
        Dispose();
        (_text, _limits, _verifying, _decrypting) = (jwks.ToArray(), limits, null, null);
    }

    private static VerificationKey? Verifying(Jwk jwk, IReadOnlyList<string>? algorithms)
    {
        var named = Find<SignatureAlgorithm>(algorithms, SignatureAlgorithm.TryFind);
        var key = VerificationKey.FromJwk(jwk, jwk switch
        {
            { Algorithm: not null } or { KeyType: "EC" or "OKP" } => null,
            _ when named is not null => named.Find(algorithm => algorithm.KeyType == jwk.KeyType),
            { KeyType: "oct" } => SignatureAlgorithm.HS256,
            _ => SignatureAlgorithm.RS256,
        });
        return named?.Contains(key.Algorithm) == false ? null : key;
    }

    // A key that names no algorithm may stand for several of those that are given: there is one of ours for each.
    private static List<DecryptionKey> Decrypting(Jwk jwk, BatchOptions options)
    {
        var named = Find<KeyManagementAlgorithm>(options.Algorithms, KeyManagementAlgorithm.TryFind);
        List<KeyManagementAlgorithm?> candidates = jwk.Algorithm is null && named is not null ? [.. named.Where(algorithm => Fits(jwk, algorithm))] : [null];
        return [.. candidates.SelectMany(algorithm => Decrypting(jwk, algorithm, options)).Where(key => named?.Contains(key.Algorithm) != false)];
    }

    private static bool Fits(Jwk jwk, KeyManagementAlgorithm algorithm) =>
        algorithm.KeyType == jwk.KeyType && (jwk.K is null || algorithm.WrapLength == 0 || algorithm.WrapLength == jwk.K.Length);

    // So may a direct key that names no content encryption, for those of its length.
    private static IEnumerable<DecryptionKey> Decrypting(Jwk jwk, KeyManagementAlgorithm? algorithm, BatchOptions options) =>
        (jwk.Algorithm ?? algorithm?.Name) != KeyManagementAlgorithm.Direct.Name
            ? [DecryptionKey.FromJwk(jwk, algorithm)]
            : (Find<ContentEncryption>(options.Encryptions, ContentEncryption.TryFind) ?? ContentEncryption.All)
                .Where(encryption => encryption.KeyLength == jwk.K?.Length)
                .Select(encryption => DecryptionKey.FromJwk(jwk, KeyManagementAlgorithm.Direct, encryption));

    public delegate bool Finding<T>(string? name, out T? found);

    /// <summary>The known ones of these names; null for no names.</summary>
    public static List<T>? Find<T>(IReadOnlyList<string>? names, Finding<T> find)
        where T : class => names?.Select(name => find(name, out var found) ? found : null).OfType<T>().ToList();
}
