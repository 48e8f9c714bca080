// Can anybody but this machine use the issuer by the name that its tokens carry?

namespace Watchword.Issuer.Findings;

internal sealed class AddressCheck(string issuer) : ICheck
{
    public string Subject => "issuer";

    public Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct) => Task.FromResult<IReadOnlyList<Finding>>(
        issuer.StartsWith("https:", StringComparison.Ordinal) ? [] :
        [
            new Finding(
                Severity.Warning, $"issuer {issuer}", "it is plain HTTP, and only this machine can use it",
                "serve with an https --url and with --tls-cert and --tls-key, or behind a proxy with an https --issuer and --behind-proxy"),
        ]);
}
