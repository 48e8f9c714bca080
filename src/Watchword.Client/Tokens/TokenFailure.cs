// Why a token request gave no token: a value, which becomes an exception only where a caller waits for it.
using System.Net;
using Watchword.Trust;

namespace Watchword.Client.Tokens;

/// <summary>What came of a token request: a token or a failure.</summary>
internal readonly record struct TokenOutcome(HeldToken? Token, TokenFailure? Failure)
{
    public static implicit operator TokenOutcome(HeldToken token) => new(token, null);

    public static implicit operator TokenOutcome(TokenFailure failure) => new(null, failure);
}

/// <summary>A failure, and its public sentence.</summary>
/// <param name="Kind">The bounded word for metrics: <c>error.type</c>.</param>
/// <param name="Reason">What is wrong and what to do, without a secret; it goes on where "No access token for …:" ends.</param>
internal sealed record TokenFailure(string Kind, string Reason)
{
    private const string Credential = "credential";

    public string? Error { get; init; }

    public string? Description { get; init; }

    public HttpStatusCode? Status { get; init; }

    public bool Unreachable { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public Exception? Cause { get; init; }

    /// <summary>Whether another credential may help: the issuer refused this one, or it cannot be read.</summary>
    public bool IsOfCredential => Kind == Credential || (Error == "invalid_client" && Status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest);

    public TokenUnavailableException ToException(TokenTarget target) => new($"No access token for {target}: {Reason}", Cause)
    {
        Resource = target.Resource,
        Scope = target.Scope,
        Error = Error,
        ErrorDescription = Description,
        IssuerStatus = Status,
        IsIssuerUnreachable = Unreachable,
    };

    public static TokenFailure NoCredential(string fault) => new(Credential, $"{fault}.");

    /// <summary>Neither of two credentials is any good; what the issuer said goes before what could not be read.</summary>
    public static TokenFailure OfBoth((string Name, TokenFailure Failure) one, (string Name, TokenFailure Failure) other)
    {
        var said = other.Failure.Error is null ? one.Failure : other.Failure;
        return said with { Reason = $"neither API key is good. {one.Name}: {one.Failure.Reason} {other.Name}: {other.Failure.Reason}" };
    }

    public static TokenFailure NotFound(FetchException metadata)
    {
        // With a cause there was no answer; without one there was, and it was wrong.
        var unreachable = metadata.InnerException is not null;
        var reason = $"{PrintableText.From(metadata.Message, 400).TrimEnd('.')}. Check that the issuer runs, and Watchword:Issuer.";
        return new(unreachable ? "unreachable" : "bad_answer", reason)
        {
            Status = (HttpStatusCode?)metadata.Status,
            Unreachable = unreachable,
            Cause = metadata,
        };
    }

    public static TokenFailure NotReached(Uri endpoint, string what, Exception cause, string kind = "unreachable") =>
        new(kind, $"the issuer at {endpoint.GetLeftPart(UriPartial.Path)} {what}. Check that it runs, and Watchword:Issuer.")
        {
            Unreachable = true,
            Cause = cause,
        };

    public static TokenFailure NotUnderstood(Uri endpoint, HttpStatusCode status, string what) =>
        new("bad_answer", $"{endpoint.GetLeftPart(UriPartial.Path)} answered {(int)status} {what}.") { Status = status };
}
