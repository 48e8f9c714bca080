// Files in a test's own folder.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

internal static class TempFiles
{
    public static string File(this TempFolder folder, string name) => Path.Combine(folder.Path, name);

    public static string Write(this TempFolder folder, string name, string text)
    {
        System.IO.File.WriteAllText(folder.File(name), text);
        return folder.File(name);
    }
}
