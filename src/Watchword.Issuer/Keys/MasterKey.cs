// The one key that is not in the database: it wraps the data keys, so that a stolen database alone is worth nothing.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>
/// 32 random bytes as one line of base64url text in a file of mode 0600. Needed only while the issuer starts and while data keys are rewrapped.
/// Where a key would be in a token or a key service instead, this is the type that changes: see docs/decisions/0012-master-key.md.
/// </summary>
internal sealed class MasterKey : IDisposable
{
    /// <summary>How to make one by hand.</summary>
    public const string Recipe = "make one with: openssl rand -base64 32";

    private const int LongestFile = 256;
    private const string Purpose = "data-key";
    private readonly KeyProtection _protection;

    private MasterKey(string path, ReadOnlySpan<byte> key)
    {
        FilePath = path;
        _protection = new KeyProtection(key);
    }

    /// <summary>Where the key was read from.</summary>
    public string FilePath { get; }

    /// <summary>Reads a master key and checks the file.</summary>
    /// <exception cref="StorageException">The file cannot be read, can be read by others, or is malformed.</exception>
    public static MasterKey Read(string path)
    {
        Span<byte> text = stackalloc byte[LongestFile];
        Span<byte> key = stackalloc byte[LongestFile];
        try
        {
            using var file = File.OpenHandle(path);
            if (PrivateFile.FileFault(file, path) is { } fault)
                throw new StorageException(fault);
            var length = RandomAccess.Read(file, text, 0);
            var line = text[..length].TrimEnd("\r\n"u8);
            if (!TryDecode(line, key, out var decoded) || decoded != KeyProtection.KeyLength)
                throw new StorageException($"the master key file '{path}' does not hold one: 32 bytes in base64url were expected; put the right file back, or {Recipe} if there is no database yet");
            return new MasterKey(path, key[..decoded]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"the master key file '{path}' cannot be read: {e.Message.TrimEnd('.')}; make it readable for this user", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Makes a key in a file that must not exist: whole and on disk, or not at all.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static void Create(string path)
    {
        Span<byte> key = stackalloc byte[KeyProtection.KeyLength];
        RandomNumberGenerator.Fill(key);
        var line = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(key) + "\n");
        try
        {
            PrivateFile.WriteNew(path, line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"the master key '{path}' cannot be written: {e.Message.TrimEnd('.')}; make the folder writable and free some space", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(line);
        }
    }

    /// <summary>Wraps a data key for the row it will be stored in.</summary>
    public byte[] Wrap(ReadOnlySpan<byte> key, string id, string algorithm) => _protection.Protect(key, Purpose, id, algorithm);

    /// <summary>What <see cref="Wrap"/> wrapped for the same row; <see langword="null"/> if it was altered, moved, or wrapped by another key.</summary>
    public byte[]? Unwrap(byte[] box, string id, string algorithm)
    {
        try
        {
            return _protection.Unprotect(box, Purpose, id, algorithm);
        }
        catch (KeyProtectionException)
        {
            return null;
        }
    }

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => _protection.Dispose();

    // Also standard base64, which is what the tools at hand print.
    private static bool TryDecode(Span<byte> line, Span<byte> key, out int decoded)
    {
        line.Replace((byte)'+', (byte)'-');
        line.Replace((byte)'/', (byte)'_');
        decoded = 0;
        return line.Length is 43 or 44 && Base64Url.IsValid(line) && Base64Url.TryDecodeFromUtf8(line, key, out decoded);
    }
}
