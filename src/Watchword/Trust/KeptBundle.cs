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
    public (byte[] Document, TrustBundle Bundle)? Read() =>
        ReadDocument() is { } document ? (document, SignedTrustBundle.Open(document, null).Bundle) : null;

    /// <summary>Writes a document in the place of the one before, unless it is there already, or another process has been quicker with a later one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(byte[] document, TrustBundle bundle)
    {
        var there = BundleThere(document, out var isSame);
        if (isSame || there?.Serial > bundle.Serial)
            return;
        try
        {
            PrivateFile.Replace(_file, [.. _heading, .. document]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whom it trusts no longer, or less, must not come back with the next start; rather nobody does. Nor what cannot be read now.
            if (there is null || there.SaysMoreThan(bundle))
                File.Delete(_file);
            throw new IOException($"the file '{_file}' cannot be written ({fault.Message.TrimEnd('.')})", fault);
        }
    }

    // What cannot be used is as good as nothing: it is replaced.
    private TrustBundle? BundleThere(byte[] document, out bool isSame)
    {
        isSame = false;
        try
        {
            var there = ReadDocument();
            isSame = there is not null && document.AsSpan().SequenceEqual(there);
            return there is null || isSame ? null : SignedTrustBundle.Open(there, null).Bundle;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidBundleException)
        {
            return null;
        }
    }

    private byte[]? ReadDocument()
    {
        if (!File.Exists(_file))
            return null;
        using var file = File.OpenHandle(_file);
        if (PrivateFile.FileFault(file, _file) is { } fault)
            throw new IOException(fault);
        var content = BoundedFile.Read(file, _file, SignedTrustBundle.Longest + _heading.Length);
        return content.AsSpan().StartsWith(_heading) ? content[_heading.Length..]
            : throw new IOException($"the file '{_file}' holds the bundle of another place; delete it");
    }
}
