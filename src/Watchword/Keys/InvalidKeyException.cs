// A key that must not be used is found out when it is loaded, never when it is needed.
namespace Watchword.Keys;

/// <summary>A key is weak, malformed, or not for the purpose it was loaded for. The message says which and what to do.</summary>
public sealed class InvalidKeyException : Exception
{
    /// <summary>Makes the exception from a sentence.</summary>
    public InvalidKeyException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception from a sentence and its cause.</summary>
    public InvalidKeyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
