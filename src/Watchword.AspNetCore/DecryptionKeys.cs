// The private keys that a scheme decrypts with, from the files that its settings name. RFC 7517, RFC 7519 §7.2.
using System.Diagnostics.CodeAnalysis;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.AspNetCore;

internal static class DecryptionKeys
{
    // Room for RSA of 8192 bits with all its members.
    private const int FileLimit = 16 * 1024;
    private const int MostKeys = 2;

    /// <summary>Reads them: none where none is set. The fault says which setting is wrong and never repeats what a file holds.</summary>
    public static bool TryRead(
        WatchwordOptions options, out DecryptionKey[] keys, [NotNullWhen(false)] out (string Setting, string Fault)? fault)
    {
        keys = [];
        var read = new List<DecryptionKey>();
        fault = Read(options, read) is { } why ? (nameof(options.DecryptionKeyFiles), why)
            : options.RequireEncryption && read.Count == 0 ? (nameof(options.RequireEncryption), "needs a key to decrypt with: set DecryptionKeyFiles")
            : null;
        if (fault is null)
            keys = [.. read];
        else
            read.ForEach(key => key.Dispose());
        return fault is null;
    }

    private static string? Read(WatchwordOptions options, List<DecryptionKey> keys)
    {
        if (options.DecryptionKeyFiles is not { } files)
            return null;
        if (files.Count is 0 or > MostKeys)
            return "must name one file, or two while one key replaces the other";
        foreach (var file in files)
        {
            if (Read(file, keys) is { } fault)
                return fault;
        }
        return null;
    }

    private static string? Read(string path, List<DecryptionKey> keys)
    {
        if (SecretFile.Read(path, FileLimit, out var json) is { } fault)
            return fault;
        try
        {
            var jwk = Jwk.Parse(json);
            if (!jwk.IsPrivate)
                return $"names '{path}', which holds a public key: give the file with the private one";
            var key = DecryptionKey.FromJwk(jwk);
            var twin = keys.Exists(other => other.KeyId is null || key.KeyId is null || other.KeyId == key.KeyId);
            keys.Add(key);
            return twin ? "names two keys that tokens cannot tell apart: give each a kid of its own" : null;
        }
        catch (InvalidKeyException unusable)
        {
            return $"names '{path}', which holds no usable key. {unusable.Message.TrimEnd('.')}";
        }
    }
}
