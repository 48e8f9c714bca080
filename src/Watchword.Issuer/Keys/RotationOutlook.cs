// What a rotation of one algorithm's keys would meet now.
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <param name="Algorithm">What the keys sign by.</param>
/// <param name="Active">The key that signs.</param>
/// <param name="Standby">The key that would sign instead.</param>
/// <param name="Holders">How many targets were seen lately, and how many of them claim to hold the standby.</param>
internal sealed record RotationOutlook(SignatureAlgorithm Algorithm, ScheduledKey Active, ScheduledKey Standby, KeyHolders Holders)
{
    /// <summary>When this was looked at.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>When the standby has been published for long enough.</summary>
    public required DateTimeOffset Propagates { get; init; }

    /// <summary>When the schedule lets it sign, if all targets hold it.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>When the schedule lets it sign whatever targets claim.</summary>
    public required DateTimeOffset Latest { get; init; }

    /// <summary>How many keys are published that sign no more.</summary>
    public required int Retired { get; init; }

    /// <summary>Targets seen lately that do not claim to hold the standby; at most ten.</summary>
    public IReadOnlyList<(string Resource, string Instance, string Version, DateTimeOffset Seen)> Waiting { get; init; } = [];

    /// <summary>Whether an operator may rotate without insisting.</summary>
    public bool IsReady => Now >= Propagates && (Holders.AllHold || Now >= Latest);

    /// <summary>When the schedule will let it sign, as things are.</summary>
    public DateTimeOffset Activates => Now < Due || Holders.AllHold ? Due : Latest;
}
