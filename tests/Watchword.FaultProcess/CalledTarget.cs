// A target as the caller knows it.
using Microsoft.Extensions.Configuration;

namespace Watchword.FaultProcess;

/// <param name="Name">What it is called in the counts.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Resource">What tokens for it are asked for.</param>
/// <param name="IsPeer">Whether it is another library's, which only gets what should pass.</param>
internal sealed record CalledTarget(string Name, Uri Url, string Resource, bool IsPeer)
{
    public static IReadOnlyList<CalledTarget> Read(IConfiguration settings) =>
        [.. settings.GetSection("target").GetChildren().Select(static target =>
            new CalledTarget(target.Key, new Uri(target.Need("url")), target.Need("resource"), target["peer"] is not null))];
}
