// A target as the caller knows it.
using Microsoft.Extensions.Configuration;

namespace Watchword.FaultProcess;

/// <param name="Name">What it is called in the counts.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Resource">What tokens for it are asked for.</param>
/// <param name="IsPlain">Whether it is called without our handler, which would renew a refused token, and with good tokens only.</param>
internal sealed record CalledTarget(string Name, Uri Url, string Resource, bool IsPlain)
{
    public static IReadOnlyList<CalledTarget> Read(IConfiguration settings) =>
        [.. settings.GetSection("target").GetChildren().Select(static target =>
            new CalledTarget(target.Key, new Uri(target.Need("url")), target.Need("resource"), target["plain"] is not null))];
}
