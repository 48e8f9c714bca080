// The last good trust bundle on disk: it starts a target while its place cannot be reached, and keeps the highest serial seen over restarts.
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;

namespace Watchword.Trust;

/// <summary>One file, bound to the place that the bundle came from, in a folder of this user alone. What is wrong with it is an <see cref="IOException"/>.</summary>
internal sealed class KeptBundle
{
    private readonly byte[] _heading;
    private readonly string _file;
    private TrustBundle? _onDisk;
    private byte[] _document = [];

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
        _heading = Encoding.UTF8.GetBytes(place + "\n");
        _file = Path.Combine(path, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 16))}.bundle");
    }

    /// <summary>The document that is kept, and what it says; null if there is none. Whether a pinned key has signed it is for the caller to ask.</summary>
    /// <exception cref="IOException">It cannot be read, others can reach it, or it is another place's.</exception>
    /// <exception cref="InvalidBundleException">It is no bundle.</exception>
    public (byte[] Document, TrustBundle Bundle)? Read()
    {
        if (!File.Exists(_file))
            return null;
        using var file = File.OpenHandle(_file);
        if (PrivateFile.FileFault(file, _file) is { } fault)
            throw new IOException(fault);
        var content = BoundedFile.Read(file, _file, SignedTrustBundle.Longest + _heading.Length);
        if (!content.AsSpan().StartsWith(_heading))
            throw new IOException($"the file '{_file}' holds the bundle of another place; delete it");
        _document = content[_heading.Length..];
        _onDisk = SignedTrustBundle.Open(_document, null).Bundle;
        return (_document, _onDisk);
    }

    /// <summary>Writes a document in the place of the one before, unless it is there already.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(byte[] document, TrustBundle bundle)
    {
        if (_onDisk is not null && document.AsSpan().SequenceEqual(_document))
            return;
        try
        {
            PrivateFile.Replace(_file, [.. _heading, .. document]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whom it trusts no longer, or less, must not come back with the next start; rather nobody does.
            if (_onDisk is not null && _onDisk.SaysMoreThan(bundle))
            {
                File.Delete(_file);
                _onDisk = null;
            }
            throw new IOException($"the file '{_file}' cannot be written ({fault.Message.TrimEnd('.')})", fault);
        }
        (_document, _onDisk) = (document, bundle);
    }
}
