// The stable codes of refusals. Each has a paragraph in docs/reference/rejections.md.
namespace Watchword;

/// <summary>The stable codes of <see cref="Rejection"/>. They are part of the contract: they never change their meaning.</summary>
public static class RejectionCode
{
    /// <summary>The text is not a compact JWS, or its header or claims are not strict JSON.</summary>
    public const string Malformed = "malformed";

    /// <summary>The token, or one of its parts, is larger than is ever read.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The header names no algorithm that is supported, <c>none</c> among them.</summary>
    public const string UnsupportedAlgorithm = "unsupported_algorithm";

    /// <summary>The header names another algorithm than the one the trusted key is for.</summary>
    public const string AlgorithmMismatch = "algorithm_mismatch";

    /// <summary>No trusted issuer has this name.</summary>
    public const string UnknownIssuer = "unknown_issuer";

    /// <summary>The issuer has published no usable key of this identifier, or its keys could not be fetched.</summary>
    public const string UnknownKey = "unknown_key";

    /// <summary>The signature does not fit the token.</summary>
    public const string BadSignature = "bad_signature";

    /// <summary>The header's <c>typ</c> is not the expected one.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A required claim is absent.</summary>
    public const string MissingClaim = "missing_claim";

    /// <summary>A claim has a value of a shape that it must not have.</summary>
    public const string MalformedClaim = "malformed_claim";

    /// <summary>The token is meant for another resource.</summary>
    public const string WrongAudience = "wrong_audience";

    /// <summary>The token's time is over.</summary>
    public const string Expired = "expired";

    /// <summary>The token's time has not come.</summary>
    public const string NotYetValid = "not_yet_valid";

    /// <summary>The token lives longer than the target allows.</summary>
    public const string LifetimeTooLong = "lifetime_too_long";

    /// <summary>The token claims to be issued in the future.</summary>
    public const string IssuedInFuture = "issued_in_future";

    /// <summary>The header demands an extension (<c>crit</c>, <c>b64</c>) that is not understood.</summary>
    public const string UnsupportedCritical = "unsupported_critical";

    /// <summary>The token cannot be decrypted, or it is not encrypted although it must be.</summary>
    public const string DecryptionFailed = "decryption_failed";

    /// <summary>The token is good, but lacks a scope that the endpoint requires.</summary>
    public const string InsufficientScope = "insufficient_scope";

    /// <summary>The token is good, but this client may not call the endpoint.</summary>
    public const string ClientNotAllowed = "client_not_allowed";
}
