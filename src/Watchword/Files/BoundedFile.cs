// A file that is read whole, unless it is larger than what it should hold ever is.
using Microsoft.Win32.SafeHandles;

namespace Watchword.Files;

internal static class BoundedFile
{
    private const UnixFileMode OthersMayWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The bytes of an open file.</summary>
    /// <exception cref="IOException">It is larger, or cannot be read.</exception>
    public static byte[] Read(SafeFileHandle file, string path, int longest)
    {
        var length = RandomAccess.GetLength(file);
        if (length > longest)
            throw new IOException($"the file '{path}' has {length} bytes, of which there may be {longest} at the most; name the right file");
        var content = new byte[length];
        var read = 0;
        while (read < content.Length && RandomAccess.Read(file, content.AsSpan(read), read) is > 0 and var more)
            read += more;
        return content[..read];
    }

    /// <summary>A sentence when others than its owner may write to an open file, else <see langword="null"/>.</summary>
    public static string? WriterFault(SafeFileHandle file, string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OthersMayWrite) != 0
            ? $"others than its owner may write to the file '{path}'; run: chmod go-w '{path}'"
            : null;
}
