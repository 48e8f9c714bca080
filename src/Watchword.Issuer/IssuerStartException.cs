// Why an issuer did not start.
namespace Watchword.Issuer;

/// <summary>
/// The issuer could not start. The message says what is wrong and what to do, and may be shown as it is; nothing half-made is
/// left behind, and the data folder's lock is free again.
/// </summary>
public sealed class IssuerStartException : Exception
{
    /// <summary>Creates the exception with its sentence and the faults it sums up.</summary>
    /// <param name="message">What is wrong and what to do, one sentence a fault.</param>
    /// <param name="cause">What the framework or the database said, if that is where it came from.</param>
    public IssuerStartException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
