// The version that `--version` prints.
using System.Reflection;

namespace Watchword.Cli;

/// <summary>The version of this executable.</summary>
internal static class ProductVersion
{
    /// <summary>The version, such as <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
