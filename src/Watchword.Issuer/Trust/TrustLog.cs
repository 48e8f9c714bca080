// The log of the registry: who is trusted, what is published, and what keeps it from being up to date.
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Trust;

internal sealed class TrustLog(ILogger<TrustLog> log)
{
    public void Registered(string issuer) => log.LogInformation("Registered {Issuer}, by operator.", issuer);

    public void Removed(string issuer) => log.LogInformation("Removed {Issuer} from the registry, by operator.", issuer);

    /// <summary>A version that targets are to take from now on.</summary>
    /// <param name="version">The version.</param>
    /// <param name="reason">Why there is a new one.</param>
    public void Published(BundleVersion version, string reason) => log.LogInformation(
        "Trust bundle {Serial} ({Form}) is published, good until {Expires}: {Reason}.",
        version.Serial, version.IsSigned ? "signed" : "unsigned", TimeText.Utc(version.Expires), reason);

    public void InTrouble(BundleVersion version, BundleTrouble trouble) => log.LogWarning(
        "The published trust bundle {Serial}: {Message}; {Mend}.", version.Serial, trouble.Message, trouble.Mend);

    public void Failed(Exception fault) => log.LogWarning(
        "The trust bundle could not be looked after, and what was published stays; it is tried again: {Reason}.", fault.Message.TrimEnd('.'));

    public void Recovered() => log.LogInformation("The trust bundle is looked after again.");
}
