// A refusal of the token endpoint (RFC 6749 §5.2, RFC 8707 §2): what is sent, never why in more detail than the caller may know.
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Tokens;

/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The registered error code.</param>
/// <param name="Description">One sentence in the characters RFC 6749 allows: printable ASCII without quote or backslash.</param>
internal sealed record TokenError(int Status, string Code, string Description)
{
    /// <summary>One answer for whatever is wrong with a credential, so that nothing can be learnt from it.</summary>
    public static readonly TokenError UnknownClient = InvalidClient(
        "The client could not be authenticated. Check the client id and the API key.");

    public static readonly TokenError Unavailable = new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable",
        "The issuer cannot answer at the moment. Try again in a few seconds.");

    public static readonly TokenError NoEncryptionKey = new(StatusCodes.Status503ServiceUnavailable, "temporarily_unavailable",
        "The tokens of this resource are encrypted, and its key cannot be had at the moment. Try again in a few seconds.");

    public static readonly TokenError WrongMethod = new(StatusCodes.Status405MethodNotAllowed, "invalid_request",
        "The token endpoint takes POST only.");

    public static readonly TokenError TooLarge = new(StatusCodes.Status413PayloadTooLarge, "invalid_request",
        "The request body is larger than 64 KiB.");

    public static readonly TokenError TooSlow = new(StatusCodes.Status408RequestTimeout, "invalid_request",
        "The request body did not arrive in time.");

    public static TokenError InvalidRequest(string description) => BadRequest("invalid_request", description);

    public static TokenError InvalidClient(string description) => new(StatusCodes.Status401Unauthorized, "invalid_client", description);

    public static TokenError InvalidScope(string description) => BadRequest("invalid_scope", description);

    public static TokenError InvalidTarget(string description) => BadRequest("invalid_target", description);

    public static TokenError BadRequest(string code, string description) => new(StatusCodes.Status400BadRequest, code, description);
}
