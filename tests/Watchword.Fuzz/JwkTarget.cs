// Any text as one JWK, and every key that can be made of it. What was accepted survives being written and read.
using System.Text;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Fuzz;

internal static class JwkTarget
{
    private static readonly byte[] Data = Encoding.ASCII.GetBytes("signed by somebody");

    public static void Run(byte[] input)
    {
        if (Try(() => Jwk.Parse(input)) is not { } jwk)
            return;
        jwk.Thumbprint();
        foreach (var algorithm in SignatureAlgorithm.All.Where(row => row.KeyType == jwk.KeyType).Prepend(null))
        {
            if (Try(() => VerificationKey.FromJwk(jwk, algorithm)) is { } key)
                Check(jwk, key);
        }
        if (jwk.IsPrivate && Try(() => SigningKey.FromJwk(jwk, Usual(jwk))) is { } signing)
            Check(signing);
    }

    public static T? Try<T>(Func<T> make)
        where T : class
    {
        try
        {
            return make();
        }
        catch (InvalidKeyException)
        {
            return null;
        }
    }

    public static byte[] Write(Jwk jwk)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
            jwk.WritePublicTo(writer);
        return json.ToArray();
    }

    private static SignatureAlgorithm? Usual(Jwk jwk) => jwk switch
    {
        { Algorithm: not null } => null,
        { KeyType: "RSA" } => SignatureAlgorithm.PS256,
        { KeyType: "oct" } => SignatureAlgorithm.HS256,
        _ => null,
    };

    private static void Check(Jwk jwk, VerificationKey key)
    {
        Finding.Unless(key.Algorithm.KeyType == jwk.KeyType && key.KeyId == jwk.KeyId, "the key is of another type or name");
        foreach (var length in new[] { 0, 1, 64, 96, 132, 256 })
            Finding.Unless(!key.Verify(Data, new byte[length]), "a signature of zeros is good");
        if (key.Algorithm.IsSymmetric)
            return;
        var written = Write(key.ToJwk());
        var read = VerificationKey.FromJwk(Jwk.Parse(written));
        Finding.Unless(read.Algorithm == key.Algorithm && written.AsSpan().SequenceEqual(Write(read.ToJwk())), "written and read, it is another key");
        Finding.Unless(!Jwk.Parse(written).IsPrivate, "a private member was published");
    }

    // A private key whose halves do not belong together may be made; then nothing it signs is good, but nothing is thrown.
    private static void Check(SigningKey key)
    {
        var token = JwtSigner.Sign(key, Data);
        new JwsVerifier(new KeySet([key.ToVerificationKey()])).TryVerify(Encoding.ASCII.GetBytes(token), out _, out _);
        using var again = SigningKey.Import(key.Algorithm, key.ExportPrivateKey(), key.KeyId);
        Finding.Unless(again.KeyId == key.KeyId, "exported and imported, it is another key");
        key.Dispose();
    }
}
