// A trust bundle that cannot be used: all that is wrong with it.
namespace Watchword.Trust;

/// <summary>A document is not a trust bundle, or not one to believe. The message is a sentence for each fault.</summary>
public sealed class InvalidBundleException : Exception
{
    /// <summary>Makes the exception from what is wrong.</summary>
    /// <param name="faults">One sentence or more.</param>
    public InvalidBundleException(params IReadOnlyList<string> faults)
        : base(string.Join(' ', faults)) => Faults = faults;

    /// <summary>What is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
