// The four things of the operating system that the framework does not offer: who owns a file, who are we, is a folder's entry on disk,
// and a name that only one of many can give.
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Watchword.Files;

internal static partial class Unix
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint OwnerMask = 0x8;
    private const uint NoReplace = 1;
    private const int NameIsTaken = 17;

    /// <summary>The user this process runs as.</summary>
    [UnsupportedOSPlatform("windows")]
    public static uint EffectiveUser => geteuid();

    /// <summary>The user who owns a file or folder; <see langword="null"/> where the system has no <c>statx</c>.</summary>
    public static uint? OwnerOf(string path) => OperatingSystem.IsLinux() ? Owner(CurrentFolder, path, 0) : null;

    /// <summary>The user who owns an open file; <see langword="null"/> where the system has no <c>statx</c>.</summary>
    public static uint? OwnerOf(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Owner((int)file.DangerousGetHandle(), "", EmptyPath);
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    /// <summary>Waits until the names in a folder (a rename, a new file) are on disk. Does nothing on Windows.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = open(path, 0);
        if (folder < 0)
            throw Fault(path);
        try
        {
            if (fsync(folder) != 0)
                throw Fault(path);
        }
        finally
        {
            _ = close(folder);
        }
    }

    /// <summary>Renames a file, in one step that fails when the name is taken (renameat2(2)). False where there is no such step: on NFS, for one.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public static bool TryRenameToFree(string path, string name)
    {
        try
        {
            return OperatingSystem.IsLinux() && IsFree(renameat2(CurrentFolder, path, CurrentFolder, name, NoReplace), name);
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The same by a second name and the end of the first (link(2)). False where a file has only one name: on FAT and some network shares.</summary>
    /// <exception cref="IOException">The name is taken.</exception>
    public static bool TryLinkToFree(string path, string name)
    {
        if (!IsFree(link(path, name), name))
            return false;
        File.Delete(path);
        return true;
    }

    // EEXIST is 17 on every system.
    private static bool IsFree(int answer, string name) =>
        answer == 0 || (Marshal.GetLastPInvokeError() == NameIsTaken ? throw Fault(name) : false);

    // struct statx has one layout on every architecture: stx_uid is the 32 bits at 20 (statx(2)).
    private static uint? Owner(int folder, string path, int flags)
    {
        try
        {
            Span<byte> answer = stackalloc byte[256];
            return statx(folder, path, flags, OwnerMask, answer) == 0 ? MemoryMarshal.Read<uint>(answer[20..]) : throw Fault(path);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static IOException Fault(string path) =>
        new($"{new Win32Exception(Marshal.GetLastPInvokeError()).Message}: '{path}'", Marshal.GetLastPInvokeError());

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int folder, string path, int newFolder, string name, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
