// Looks the running issuer over. Each check knows one subject; a new one is added to the list in RunningIssuer.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Findings;

/// <summary>Looks for one kind of trouble and changes nothing.</summary>
internal interface ICheck
{
    /// <summary>What the check is about, for when it cannot be made.</summary>
    string Subject { get; }

    /// <exception cref="StorageException">What is to be looked at cannot be read.</exception>
    Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct);
}

internal sealed class Doctor(params IReadOnlyList<ICheck> checks)
{
    /// <summary>Everything that is found, the worst first. A check that cannot be made is a finding too, and keeps back no other.</summary>
    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken ct)
    {
        var found = new List<Finding>();
        foreach (var check in checks)
        {
            try
            {
                found.AddRange(await check.FindAsync(ct).ConfigureAwait(false));
            }
            catch (StorageException fault)
            {
                found.Add(Finding.Of(check.Subject, fault));
            }
        }
        return [.. found.OrderBy(finding => finding.Severity)];
    }
}
