// What targets claim to hold. It can delay a rotation, never hasten it, because anybody can claim it.
namespace Watchword.Keys;

/// <summary>How many targets fetched the keys lately, and how many of them were given the standby.</summary>
/// <param name="Seen">The number of targets; 0 if none names itself.</param>
/// <param name="HoldingStandby">How many of them claim to hold the standby.</param>
public readonly record struct KeyHolders(int Seen, int HoldingStandby)
{
    /// <summary>Whether nobody is known to lack the standby.</summary>
    public bool AllHold => HoldingStandby >= Seen;
}
