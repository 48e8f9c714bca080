// The name under which the scheme is registered when the application gives no other.
namespace Watchword.AspNetCore;

/// <summary>Constants of the Watchword authentication scheme.</summary>
public static class WatchwordScheme
{
    /// <summary>
    /// The scheme's name, <c>Watchword</c>, unless another is given to <c>AddWatchword</c>. Its settings are read from the
    /// configuration section <c>Authentication:Schemes:Watchword</c>.
    /// </summary>
    public const string Name = "Watchword";
}
