// A document of somebody else that could not be had.
namespace Watchword.Trust;

/// <summary>A document could not be fetched or was not what it must be. The message is a sentence.</summary>
public sealed class FetchException : Exception
{
    internal const string Unreachable = "unreachable";
    internal const string TimedOut = "timeout";
    internal const string TooLarge = "too_large";

    /// <summary>Makes the exception from a sentence.</summary>
    public FetchException(string message)
        : base(message)
    {
    }

    internal FetchException(string message, int status)
        : base(message)
    {
        Status = status;
        ErrorType = status / 100 == 3 ? "redirect" : "status";
    }

    /// <summary>Makes the exception from a sentence and its cause.</summary>
    public FetchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The HTTP status of the answer, where there was one and it was not 200.</summary>
    public int? Status { get; }

    /// <summary>The kind of fault, for a metric: one of a handful of words.</summary>
    internal string ErrorType { get; init; } = "invalid_document";

    /// <summary>Whether what was fetched is the metadata of another issuer than the one that was asked for.</summary>
    internal bool IsOfAnotherIssuer { get; init; }
}
