// Files and folders that are nobody else's business: how they are made, how they are checked, and that they reach the disk whole or not at all.
using Microsoft.Win32.SafeHandles;

namespace Watchword.Files;

/// <summary>Files that only their owner may read (mode 0600), as the issuer's own are.</summary>
public static class PrivateFile
{
    /// <summary>What the owner may do with a file: read and write.</summary>
    internal const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What the owner may do with a folder: everything.</summary>
    internal const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly TimeSpan LeftoverAfter = TimeSpan.FromHours(1);

    /// <summary>Creates a file that must not exist, 0600, and opens it.</summary>
    internal static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FileMode600;
        return new FileStream(path, options);
    }

    /// <summary>Creates a folder and what is missing above it, 0700.</summary>
    internal static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, FolderMode700);
    }

    /// <summary>
    /// Writes a file that must not exist: under another name first, to the disk, then renamed. Nothing half-written is ever seen, and of many
    /// who write at once one does.
    /// </summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="content">All of its content.</param>
    /// <exception cref="IOException">The file exists, its folder does not, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: false);

    /// <summary>Writes a file in the place of one that may be there, in the same way: whoever reads finds the old one or the new one.</summary>
    /// <exception cref="IOException">The folder does not exist, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    internal static void Replace(string path, ReadOnlySpan<byte> content) => Write(path, content, overwrite: true);

    /// <summary>Gives a finished file, already on disk, its real name, which must be free.</summary>
    internal static void Publish(string temporary, string path) => Publish(temporary, path, overwrite: false);

    /// <summary>Gives a finished file, already on disk, the name of the one that it replaces.</summary>
    internal static void Replace(string temporary, string path) => Publish(temporary, path, overwrite: true);

    private static void Write(string path, ReadOnlySpan<byte> content, bool overwrite)
    {
        RemoveLeftovers(path);
        var temporary = TemporaryNameFor(path);
        try
        {
            using (var file = Create(temporary))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            Publish(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // The framework's own move looks whether the name is free and then renames: of two who want it both get it, and one file is lost.
    // It is left to file systems that offer nothing better, and to Windows, where it is one step.
    private static void Publish(string temporary, string path, bool overwrite)
    {
        if (overwrite || OperatingSystem.IsWindows() || !(Unix.TryRenameToFree(temporary, path) || Unix.TryLinkToFree(temporary, path)))
            File.Move(temporary, path, overwrite);
        Unix.SyncFolder(Path.GetDirectoryName(path)!);
    }

    // What writers that were killed have left beside the file, under names that were given here. Another one may be at work in this moment.
    // It only tidies up: what cannot be deleted stays.
    private static void RemoveLeftovers(string path)
    {
        try
        {
            // The age of a file goes by the machine's clock.
            var old = TimeProvider.System.GetUtcNow().UtcDateTime - LeftoverAfter;
            var distinction = TemporaryNameFor(path, "").Length - ".tmp".Length;
            foreach (var leftover in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, TemporaryNameFor(Path.GetFileName(path), "*")))
            {
                if (Guid.TryParseExact(leftover[distinction..^".tmp".Length], "N", out _) && File.GetLastWriteTimeUtc(leftover) < old)
                    File.Delete(leftover);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever writes next hears of it, if it matters.
        }
    }

    /// <summary>A name beside <paramref name="path"/> that nobody uses.</summary>
    internal static string TemporaryNameFor(string path) => TemporaryNameFor(path, Guid.NewGuid().ToString("N"));

    /// <summary>The form of such names, for one that is known or for a pattern.</summary>
    internal static string TemporaryNameFor(string path, string distinction) => $"{path}.{distinction}.tmp";

    /// <summary>A sentence when a folder is not ours alone, else <see langword="null"/>.</summary>
    internal static string? FolderFault(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (Unix.OwnerOf(path) is { } owner && owner != Unix.EffectiveUser)
            return $"the folder '{path}' belongs to user {owner}, not to user {Unix.EffectiveUser} who runs this; run as its owner or name another folder";
        var mode = File.GetUnixFileMode(path);
        return (mode & Others) == 0 ? null : $"other users can reach the folder '{path}' (mode {Octal(mode)}); run: chmod 700 '{path}'";
    }

    /// <summary>A sentence when an open file with a secret can be read by others or belongs to a stranger, else <see langword="null"/>.</summary>
    internal static string? FileFault(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (Unix.OwnerOf(file) is { } owner && owner != Unix.EffectiveUser && owner != 0)
            return $"the file '{path}' belongs to user {owner}, not to user {Unix.EffectiveUser} who runs this; give it to the one who runs this";
        var mode = File.GetUnixFileMode(file);
        return (mode & ~FileMode600) == 0 ? null : $"the file '{path}' has mode {Octal(mode)}, but only its owner may read it; run: chmod 600 '{path}'";
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}
