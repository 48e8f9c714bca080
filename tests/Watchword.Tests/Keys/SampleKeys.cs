// Two keys of each algorithm, made once: RSA keys are slow to make, and no test needs its own.
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Tests.Keys;

internal static class SampleKeys
{
    private static readonly Lazy<byte[]>[] Rsa = [new(NewRsa), new(NewRsa)];
    private static readonly ConcurrentDictionary<(string, bool), SigningKey> Made = new();

    public static SigningKey Of(string name) => Made.GetOrAdd((name, false), _ => Make(name, 0));

    public static SigningKey AnotherOf(string name) => Made.GetOrAdd((name, true), _ => Make(name, 1));

    public static SignatureAlgorithm Find(string name) => SignatureAlgorithm.TryFind(name, out var algorithm) ? algorithm : throw new ArgumentException(name);

    private static SigningKey Make(string name, int which) => Find(name) is { KeyType: "RSA" } rsa
        ? SigningKey.Import(rsa, Rsa[which].Value)
        : SigningKey.Generate(Find(name));

    private static byte[] NewRsa()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKey();
    }
}
