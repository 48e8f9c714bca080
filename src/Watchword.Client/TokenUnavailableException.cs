// No token could be had, so the call was not made (RFC 6749 §5.2).
using System.Net;

namespace Watchword.Client;

/// <summary>
/// Thrown in place of a call for which no access token could be had. The call has not been sent. The message is one sentence
/// that says what is wrong and what to do; it holds no secret.
/// </summary>
/// <remarks>
/// <see cref="HttpRequestException.StatusCode"/> is always null, because the target has answered nothing; the issuer's status is
/// <see cref="IssuerStatus"/>.
/// </remarks>
public sealed class TokenUnavailableException : HttpRequestException
{
    internal TokenUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The resource for which a token was asked.</summary>
    public required string Resource { get; init; }

    /// <summary>The scopes that were asked for, separated by spaces; null for all that are granted.</summary>
    public string? Scope { get; init; }

    /// <summary>The issuer's error code, such as <c>invalid_client</c>; null if it gave none.</summary>
    public string? Error { get; init; }

    /// <summary>The issuer's explanation in printable ASCII, at most 300 characters; null if it gave none.</summary>
    public string? ErrorDescription { get; init; }

    /// <summary>The status of the issuer's answer; null if there was no answer.</summary>
    public HttpStatusCode? IssuerStatus { get; init; }

    /// <summary>Whether the issuer could not be reached or did not answer in time, so that trying again later may help.</summary>
    public bool IsIssuerUnreachable { get; init; }
}
