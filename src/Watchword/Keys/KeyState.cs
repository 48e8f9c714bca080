// What a signing key of an issuer is doing.
namespace Watchword.Keys;

/// <summary>The states of a signing key, in the order in which it goes through them.</summary>
public enum KeyState
{
    /// <summary>It is published and will sign next. There is one for each algorithm.</summary>
    Standby,

    /// <summary>It signs. There is one for each algorithm.</summary>
    Active,

    /// <summary>It signs no more, and is published until the last token it signed has expired.</summary>
    Retired,

    /// <summary>It was withdrawn at once: it neither signs nor is published, and its private half is gone.</summary>
    Revoked,
}
