// The one key that is not in the database: it wraps the data keys, so that a stolen database alone is worth nothing.
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <summary>32 random bytes as one line of base64url text in a file of mode 0600. Needed only while the issuer starts.</summary>
internal sealed class MasterKey : IDisposable
{
    private const int LongestFile = 256;
    private const string Recipe = "make one with: openssl rand -base64 32";

    private MasterKey(string path, ReadOnlySpan<byte> key)
    {
        FilePath = path;
        Protection = new KeyProtection(key);
    }

    /// <summary>Where the key was read from.</summary>
    public string FilePath { get; }

    /// <summary>Wraps and unwraps data keys.</summary>
    public KeyProtection Protection { get; }

    /// <summary>
    /// Reads the key from <paramref name="externalFile"/> (of <c>WATCHWORD_MASTER_KEY_FILE</c>) when that is given; it is never made there.
    /// Otherwise from <c>master.key</c> of the folder, which is made when it is missing and the database holds no wrapped key yet.
    /// </summary>
    /// <exception cref="StorageException">The file is missing, readable by others, or malformed.</exception>
    public static async Task<MasterKey> OpenAsync(DataFolder folder, string? externalFile, Database database, CancellationToken ct)
    {
        if (externalFile is not null)
        {
            return File.Exists(externalFile)
                ? Read(externalFile)
                : throw new StorageException(
                    $"the master key file '{externalFile}' named by WATCHWORD_MASTER_KEY_FILE does not exist; {Recipe}, and keep it 0600");
        }
        var path = folder.MasterKeyPath;
        if (File.Exists(path))
            return Read(path);
        if (await DataKeys.ExistAsync(database, ct).ConfigureAwait(false))
            throw new StorageException($"the master key '{path}' is missing and {database.Name} needs it; put the file back or name it in WATCHWORD_MASTER_KEY_FILE");
        Create(path);
        return Read(path);
    }

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

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => Protection.Dispose();

    private static void Create(string path)
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

    // Also standard base64, which is what the tools at hand print.
    private static bool TryDecode(Span<byte> line, Span<byte> key, out int decoded)
    {
        line.Replace((byte)'+', (byte)'-');
        line.Replace((byte)'/', (byte)'_');
        decoded = 0;
        return line.Length is 43 or 44 && Base64Url.IsValid(line) && Base64Url.TryDecodeFromUtf8(line, key, out decoded);
    }
}
