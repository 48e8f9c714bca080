// The samples' two services, started on an address and told where the issuer is.
using Watchword.Tests.Servers;

namespace Watchword.Tests.Samples;

internal static class SampleServices
{
    public static Task<RunningProcess> StartBillingAsync(WatchwordServer issuer, Uri url, string? keyFiles = null) => StartAsync("Billing", url, new()
    {
        ["Authentication__Schemes__Watchword__Issuer"] = issuer.Url,
        ["Authentication__Schemes__Watchword__DecryptionKeyFiles"] = keyFiles,
    });

    public static Task<RunningProcess> StartOrdersAsync(WatchwordServer issuer, Uri url, Uri billing, string keyFile) => StartAsync("Orders", url, new()
    {
        ["Watchword__Issuer"] = issuer.Url,
        ["Watchword__ApiKeyFile"] = keyFile,
        ["Billing__Url"] = billing.GetLeftPart(UriPartial.Authority),
    });

    private static async Task<RunningProcess> StartAsync(string sample, Uri url, Dictionary<string, string?> variables)
    {
        variables["Urls"] = url.GetLeftPart(UriPartial.Authority);
        var process = SampleProcess.Start(sample, variables);
        await process.WaitForLineAsync(line => line.Contains("Now listening on", StringComparison.Ordinal));
        return process;
    }
}
