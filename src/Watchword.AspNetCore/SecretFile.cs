// A small file that the settings name: bounded, and closed to other users of the machine if it holds a secret.
namespace Watchword.AspNetCore;

internal static class SecretFile
{
    // The group may read it: that is how a secret is handed to a service that neither owns it nor is root (Kubernetes with fsGroup).
    private const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode Writing = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>
    /// The bytes of a file, of which there must be fewer than <paramref name="limit"/>; or what is wrong, to follow the setting's name.
    /// What is no secret, but trusted, everybody may read.
    /// </summary>
    public static string? Read(string path, int limit, out byte[] content, bool isSecret = true)
    {
        content = [];
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[limit];
            var length = file.ReadAtLeast(bytes, limit, throwOnEndOfStream: false);
            if (length == limit)
                return $"names '{path}', which is larger than {limit} bytes: give the path of the file with the {(isSecret ? "secret" : "key")}";
            var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(file.SafeFileHandle);
            if (!isSecret && (mode & Writing) != 0)
                return $"names '{path}', which other users may write to: run chmod go-w '{path}'";
            if (isSecret && (mode & Forbidden) != 0)
                return $"names '{path}', which is open to other users: run chmod 600 '{path}', or 640 where the service is only in its group";
            content = bytes[..length];
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"names '{path}', which cannot be read ({fault.Message.TrimEnd('.')}): give the path of a file that this service may read";
        }
    }
}
