// The last good trust bundle on disk: it starts a target while its place cannot be reached, and keeps the highest serial seen over restarts.
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;

namespace Watchword.Trust;

/// <summary>One file, bound to the place that the bundle came from, in a folder of this user alone. What is wrong with it is an <see cref="IOException"/>.</summary>
internal sealed class KeptBundle
{
    private const int Longest = 2 * 1024 * 1024;
    private readonly string _place;
    private readonly string _file;

    /// <exception cref="IOException">The folder cannot be made, or others can reach it.</exception>
    public KeptBundle(string folder, string place)
    {
        var path = Path.GetFullPath(folder);
        try
        {
            PrivateFile.CreateFolder(path);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"the folder '{path}' cannot be made; name one that this service may make or owns", fault);
        }
        if (PrivateFile.FolderFault(path) is { } others)
            throw new IOException(others);
        _place = place;
        _file = Path.Combine(path, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 16))}.bundle");
    }

    /// <summary>The document; null if none is kept.</summary>
    public byte[]? Read()
    {
        if (!File.Exists(_file))
            return null;
        using var file = File.OpenHandle(_file);
        if (PrivateFile.FileFault(file, _file) is { } fault)
            throw new IOException(fault);
        var length = RandomAccess.GetLength(file);
        if (length > Longest)
            throw new IOException($"the file '{_file}' is too large for a bundle; delete it");
        var content = new byte[length];
        var read = content.AsSpan(0, RandomAccess.Read(file, content, 0));
        var line = Encoding.UTF8.GetBytes(_place + "\n");
        return read.StartsWith(line) ? read[line.Length..].ToArray()
            : throw new IOException($"the file '{_file}' holds the bundle of another place; delete it");
    }

    public void Write(byte[] document) => PrivateFile.Replace(_file, [.. Encoding.UTF8.GetBytes(_place + "\n"), .. document]);
}
