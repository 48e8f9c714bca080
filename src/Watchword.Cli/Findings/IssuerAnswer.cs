// What the issuer of this machine says of itself over its admin API.
using System.Globalization;
using System.Text.Json;

namespace Watchword.Cli.Findings;

/// <param name="Issuer">Its identifier.</param>
/// <param name="TokenLifetimes">How long the tokens for each resource live; empty where that was not asked.</param>
/// <param name="Findings">What it finds wrong with itself.</param>
internal sealed record IssuerAnswer(string Issuer, IReadOnlyDictionary<string, TimeSpan> TokenLifetimes, IReadOnlyList<Finding> Findings)
{
    /// <exception cref="CommandFault">There is no issuer, or it did not answer.</exception>
    public static async Task<IssuerAnswer> AskAsync(AdminClient admin, bool needsLifetimes, CancellationToken cancellationToken)
    {
        var findings = await admin.SendAsync(HttpMethod.Get, "findings", null, cancellationToken);
        var status = await admin.SendAsync(HttpMethod.Get, "status", null, cancellationToken);
        var resources = needsLifetimes ? await admin.SendAsync(HttpMethod.Get, "resources", null, cancellationToken) : default;
        return new IssuerAnswer(status.Text("issuer"), Lifetimes(resources), [.. findings.Items("findings").Select(Finding.Of)]);
    }

    private static Dictionary<string, TimeSpan> Lifetimes(JsonElement resources)
    {
        var lifetimes = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var resource in resources.Items("resources"))
        {
            if (int.TryParse(resource.Text("token_lifetime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                lifetimes[resource.Text("resource")] = TimeSpan.FromSeconds(seconds);
        }
        return lifetimes;
    }
}
