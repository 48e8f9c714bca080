// Why the admin API does not do what was asked: thrown by its handlers, written by AdminApi.
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Admin;

internal sealed class AdminRefusal : Exception
{
    private AdminRefusal(int status, string code, string message)
        : base(message)
    {
        Status = status;
        Code = code;
    }

    public int Status { get; }

    public string Code { get; }

    public static AdminRefusal Invalid(string message) => new(StatusCodes.Status400BadRequest, "invalid_request", message);

    public static AdminRefusal TooLarge(string message) => new(StatusCodes.Status413PayloadTooLarge, "invalid_request", message);

    public static AdminRefusal NotFound(string message) => new(StatusCodes.Status404NotFound, "not_found", message);

    public static AdminRefusal AlreadyExists(string message) => new(StatusCodes.Status409Conflict, "already_exists", message);

    public static AdminRefusal Conflict(string message) => new(StatusCodes.Status409Conflict, "conflict", message);

    public static AdminRefusal Unavailable(string message) => new(StatusCodes.Status503ServiceUnavailable, "unavailable", message);
}
