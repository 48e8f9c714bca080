// The next step of a rotation, and when to look again.
namespace Watchword.Keys;

/// <summary>What to do with the keys of one algorithm.</summary>
public enum KeyStep
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>Make a key and publish it as the standby.</summary>
    Prepare,

    /// <summary>Let the standby sign, retire the key that signed, and publish a new standby, all as one.</summary>
    Activate,

    /// <summary>Take a retired key out of the published set, for good.</summary>
    Drop,
}

/// <summary>A step, and the key it is about.</summary>
/// <param name="Step">What to do now.</param>
/// <param name="KeyId">The standby to activate, or the retired key to drop; otherwise <see langword="null"/>.</param>
/// <param name="LookAgain">
/// With <see cref="KeyStep.None"/>, when time alone brings the next step; targets may bring it earlier. Otherwise now.
/// </param>
public sealed record KeyPlan(KeyStep Step, string? KeyId, DateTimeOffset LookAgain);
