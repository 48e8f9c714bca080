// Where a target keeps the last good keys of its issuers on disk, so that it starts and serves while an issuer is down.
using System.Security.Cryptography;
using System.Text;
using Watchword.Files;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>
/// A folder of this user alone, with one file for each issuer and place that its keys come from. What is in it is believed because nobody else can write there (0700,
/// 0600); its checksum only catches torn writes. Several sets, and several processes of one user, may share it. What goes wrong
/// after the start is told to <see cref="OnFault"/>, and keeps no request waiting.
/// </summary>
public sealed class KeyFolder
{
    private const int LargestFile = 1024 * 1024 + 1024;
    private static readonly TimeSpan FutureAllowed = TimeSpan.FromSeconds(30);
    private readonly string _path;
    private readonly Lock _lock = new();
    private Task _writing = Task.CompletedTask;

    /// <summary>Takes a folder, and makes it (0700) if it is missing.</summary>
    /// <param name="path">Its path; a relative one counts from the working directory.</param>
    /// <exception cref="ArgumentException">It cannot be made, belongs to somebody else, or others can reach it. The message is a sentence.</exception>
    public KeyFolder(string path)
    {
        try
        {
            _path = Path.GetFullPath(path);
            PrivateFile.CreateFolder(_path);
            if (PrivateFile.FolderFault(_path) is { } fault)
                throw new ArgumentException($"It cannot be used: {fault}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"It cannot be made or looked at ({fault.Message.TrimEnd('.')}); name a folder that this service may make or owns.", fault);
        }
    }

    private KeyFolder(KeyFolder same) => _path = same._path;

    /// <summary>
    /// The same folder, for a set whose faults are told to somebody else. It is not looked at now, so that its faults keep no keys from being
    /// fetched.
    /// </summary>
    /// <param name="onFault">What <see cref="OnFault"/> is.</param>
    public KeyFolder ReportingTo(Action<string> onFault) => new(this) { OnFault = onFault };

    /// <summary>Told, in a sentence, when keys cannot be written or what is there cannot be used.</summary>
    public Action<string>? OnFault { get; init; }

    /// <summary>The kept keys of an issuer from one place, unless there are none that may be used.</summary>
    internal KeptKeySet? Read(string source, TimeSpan keepFor, TimeProvider clock)
    {
        try
        {
            var kept = Read(FileOf(source), source, clock.GetUtcNow());
            return kept is null || clock.GetUtcNow() - kept.Fetched <= keepFor ? kept
                : throw new IOException($"they were fetched at {kept.Fetched:u}, and are too old to be used");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            OnFault.Tell($"The keys of {source} that are kept in '{_path}' are not used: {fault.Message.TrimEnd('.')}.");
            return null;
        }
    }

    /// <summary>Writes an issuer's keys in the background, one set after the other.</summary>
    /// <param name="fetched">The keys.</param>
    /// <param name="stampAfter">How old the time in the file may become before it is written again for the time's sake alone.</param>
    /// <param name="clock">What time it is.</param>
    internal Task WriteLater(KeptKeySet fetched, TimeSpan stampAfter, TimeProvider clock)
    {
        lock (_lock)
            return _writing = _writing.ContinueWith(_ => Write(fetched, stampAfter, clock), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Deletes what is kept from one place, after what is being written.</summary>
    internal Task DeleteLater(string source)
    {
        lock (_lock)
            return _writing = _writing.ContinueWith(_ => Delete(source), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void Delete(string source)
    {
        try
        {
            File.Delete(FileOf(source));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            OnFault.Tell($"The keys of {source} cannot be deleted from '{_path}': {fault.Message.TrimEnd('.')}.");
        }
    }

    private void Write(KeptKeySet fetched, TimeSpan stampAfter, TimeProvider clock)
    {
        try
        {
            if (PrivateFile.FolderFault(_path) is { } fault)
                throw new IOException(fault);
            var file = FileOf(fetched.Source);
            var old = ReadUsable(file, fetched.Source, clock.GetUtcNow());
            // Another process may have fetched later, and been quicker.
            if (old is not null && (old.Fetched > fetched.Fetched || (old.Document.AsSpan().SequenceEqual(fetched.Document) && fetched.Fetched - old.Fetched < stampAfter)))
                return;
            Replace(file, fetched, old);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            OnFault.Tell($"The keys of {fetched.Source} cannot be written to '{_path}', and will not be there after a restart: {fault.Message.TrimEnd('.')}.");
        }
    }

    private static void Replace(string file, KeptKeySet fetched, KeptKeySet? old)
    {
        try
        {
            var content = fetched.ToBytes();
            if (content.Length >= LargestFile)
                throw new IOException("they take more than 1 MiB");
            PrivateFile.Replace(file, content);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A key that the issuer has withdrawn must not come back with the next start; rather none comes.
            if (old is not null && HasLostKeys(old, fetched))
                File.Delete(file);
            throw;
        }
    }

    private static bool HasLostKeys(KeptKeySet old, KeptKeySet fetched)
    {
        try
        {
            var now = KeySet.Parse(fetched.Document);
            return KeySet.Parse(old.Document).Keys.Any(key => !now.Keys.Any(key.IsSameAs));
        }
        catch (InvalidKeyException)
        {
            return true;
        }
    }

    private KeptKeySet? ReadUsable(string file, string source, DateTimeOffset now)
    {
        try
        {
            return Read(file, source, now);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private KeptKeySet? Read(string path, string source, DateTimeOffset now)
    {
        if (PrivateFile.FolderFault(_path) is { } folderFault)
            throw new IOException(folderFault);
        if (!File.Exists(path))
            return null;
        using var file = File.OpenRead(path);
        if (PrivateFile.FileFault(file.SafeFileHandle, path) is { } fileFault)
            throw new IOException(fileFault);
        var content = new byte[LargestFile];
        var length = file.ReadAtLeast(content, LargestFile, throwOnEndOfStream: false);
        if (length == LargestFile || !KeptKeySet.TryRead(content.AsSpan(0, length), out var kept))
            throw new IOException($"the file '{path}' is damaged; it is replaced when the issuer is reached");
        if (kept.Source != source)
            throw new IOException($"the file '{path}' is that of another issuer, or from another place; delete it");
        return kept.Fetched - now <= FutureAllowed ? kept
            : throw new IOException($"they claim to be fetched at {kept.Fetched:u}, which is in the future; mend the clock");
    }

    // A host name would not always do as a file's name, and need not tell issuers apart.
    private string FileOf(string source) => Path.Combine(_path, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)).AsSpan(0, 16))}.keys");
}
