// A private key as a target finds it: a JWK in a file that is closed to others.
using System.Buffers;
using System.Text.Json;
using Watchword.Jwe;
using Watchword.Keys;
using Watchword.Tests.Servers;

namespace Watchword.Tests.AspNetCore;

internal static class KeyFile
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a key and gives the file's path.</summary>
    public static string Write(this TempFolder folder, string name, DecryptionKey key) => folder.WriteSecret(name, Json(key.ToPrivateJwk()));

    /// <summary>Writes a file of a mode and gives its path.</summary>
    public static string WriteSecret(this TempFolder folder, string name, string text, UnixFileMode mode = OwnerAlone)
    {
        var path = folder.Write(name, text);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    public static string Json(Jwk jwk)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            jwk.WritePrivateTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
