// The log of what becomes of signing keys: one line for each change, with who asked for it and why.
using Microsoft.Extensions.Logging;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeyAudit(ILogger<KeyAudit> log)
{
    /// <summary>Logs changes; a revocation is a warning.</summary>
    /// <param name="changes">What was changed.</param>
    /// <param name="by"><c>schedule</c> or <c>operator</c>.</param>
    /// <param name="reason">Why, in printable ASCII.</param>
    public void Changed(IEnumerable<KeyChange> changes, string by, string reason)
    {
        foreach (var change in changes)
        {
            log.Log(
                change.To == KeyState.Revoked ? LogLevel.Warning : LogLevel.Information,
                "Signing key {KeyId} ({Algorithm}): {From} -> {To}, by {By}: {Reason}",
                change.KeyId, change.Algorithm.Name, Name(change.From, "new"), Name(change.To, "dropped"), by, reason);
        }
    }

    /// <summary>Logs why the keys could not be looked after.</summary>
    public void Failed(Exception fault) => log.LogWarning(
        "Signing keys could not be looked after, and those in force go on signing; it is tried again: {Reason}.", fault.Message.TrimEnd('.'));

    /// <summary>Logs that they can be again.</summary>
    public void Recovered() => log.LogInformation("Signing keys are looked after again.");

    private static string Name(KeyState? state, string none) => state is { } known ? KeyStateText.Of(known) : none;
}
