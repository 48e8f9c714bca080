// How an issuer's keys stand at a target, for logs, metrics and health checks.
namespace Watchword.Trust;

/// <summary>What a target has of an issuer's keys at one moment, and what came of the last fetch.</summary>
public sealed record KeySetState
{
    /// <summary>Whose keys.</summary>
    public required string Issuer { get; init; }

    /// <summary>How many usable keys there are.</summary>
    public required int Keys { get; init; }

    /// <summary>How long ago the issuer last published these keys to us; null where there is no key.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>How much longer they are used if the issuer cannot be reached; null where there is no key.</summary>
    public TimeSpan? UsableFor { get; init; }

    /// <summary>Whether the keys come from the folder on disk, and the issuer has not confirmed them since.</summary>
    public bool IsFromFolder { get; init; }

    /// <summary>Why the last fetch failed, in a sentence without a secret; null if it succeeded or there was none.</summary>
    public string? Fault { get; init; }

    /// <summary>The kind of that fault: <c>unreachable</c>, <c>timeout</c>, <c>status</c>, <c>redirect</c>, <c>too_large</c> or <c>invalid_document</c>.</summary>
    public string? ErrorType { get; init; }

    /// <summary>
    /// How far this machine's clock is ahead of the issuer's (behind it: negative), at the least, by the last answer that told.
    /// Nothing is ever corrected by it. Null where no answer told.
    /// </summary>
    public TimeSpan? ClockSkew { get; init; }
}
