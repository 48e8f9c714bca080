// A small file with a secret that the settings name: bounded, and closed to other users of the machine.
namespace Watchword.AspNetCore;

internal static class SecretFile
{
    // The group may read it: that is how a secret is handed to a service that neither owns it nor is root (Kubernetes with fsGroup).
    private const UnixFileMode Forbidden = UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The bytes of a file, of which there must be fewer than <paramref name="limit"/>; or what is wrong, to follow the setting's name.</summary>
    public static string? Read(string path, int limit, out byte[] content)
    {
        content = [];
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[limit];
            var length = file.ReadAtLeast(bytes, limit, throwOnEndOfStream: false);
            if (length == limit)
                return $"names '{path}', which is larger than {limit} bytes: give the path of the file with the secret";
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Forbidden) != 0)
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
