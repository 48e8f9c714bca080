// A stored key that does not open under the key at hand.
namespace Watchword.Keys;

/// <summary>A protected key was altered, moved, or encrypted under another key. The message says which key.</summary>
public sealed class KeyProtectionException : Exception
{
    /// <summary>Makes the exception from a sentence.</summary>
    public KeyProtectionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception from a sentence and its cause.</summary>
    public KeyProtectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
