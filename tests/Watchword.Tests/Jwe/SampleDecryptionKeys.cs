// Every way for a content key to travel, on every curve, with two keys of each, made once.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Tests.Jwe;

/// <summary>A key management algorithm, for EC with its curve, and a content encryption.</summary>
internal sealed record JweMode(KeyManagementAlgorithm Algorithm, string? Curve, ContentEncryption Encryption)
{
    public override string ToString() => $"{Algorithm}{(Curve is null ? "" : $" {Curve}")} {Encryption}";
}

internal static class SampleDecryptionKeys
{
    public const string KeyId = "sample";
    private static readonly string?[] Curves = ["P-256", "P-384", "P-521"];
    private static readonly ConcurrentDictionary<(string, bool), Jwk> Made = new();

    public static IReadOnlyList<JweMode> Modes { get; } =
    [
        .. from algorithm in KeyManagementAlgorithm.All
           from curve in algorithm.KeyType == "EC" ? Curves : [null]
           from encryption in ContentEncryption.All
           select new JweMode(algorithm, curve, encryption),
    ];

    public static JweMode Mode(string name) => Modes.Single(mode => $"{mode}" == name);

    public static Jwk Of(JweMode mode) => Find(mode, false);

    public static Jwk AnotherOf(JweMode mode) => Find(mode, true);

    public static DecryptionKey Load(JweMode mode) => DecryptionKey.FromJwk(Of(mode));

    // A key of dir is for one content encryption; RSA keys are slow to make, so that their algorithms share them.
    private static Jwk Find(JweMode mode, bool another)
    {
        var secret = mode.Algorithm == KeyManagementAlgorithm.Direct ? $"{mode.Encryption}" : mode.Algorithm.KeyType == "oct" ? mode.Algorithm.Name : $"{mode.Algorithm.KeyType} {mode.Curve}";
        var key = Made.GetOrAdd((secret, another), _ => Make(mode));
        return key.Described(KeyId, mode.Algorithm == KeyManagementAlgorithm.Direct ? mode.Encryption.Name : mode.Algorithm.Name, "enc", withPrivate: true);
    }

    private static Jwk Make(JweMode mode)
    {
        if (mode.Curve is not null)
        {
            using var ec = ECDiffieHellman.Create(ECCurve.CreateFromFriendlyName($"nist{mode.Curve.Replace("-", "", StringComparison.Ordinal)}"));
            var p = ec.ExportParameters(true);
            return new Jwk { KeyType = "EC", Curve = mode.Curve, X = p.Q.X, Y = p.Q.Y, D = p.D };
        }
        if (mode.Algorithm.KeyType == "RSA")
        {
            using var rsa = RSA.Create(2048);
            var p = rsa.ExportParameters(true);
            return new Jwk { KeyType = "RSA", N = p.Modulus, E = p.Exponent, D = p.D, P = p.P, Q = p.Q, DP = p.DP, DQ = p.DQ, QI = p.InverseQ };
        }
        return new Jwk { KeyType = "oct", K = RandomNumberGenerator.GetBytes(mode.Algorithm == KeyManagementAlgorithm.Direct ? mode.Encryption.KeyLength : mode.Algorithm.WrapLength) };
    }
}
