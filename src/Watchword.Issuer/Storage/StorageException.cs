// The one exception of everything that keeps data: folder, lock, database, master key, backup.
namespace Watchword.Issuer.Storage;

/// <summary>
/// Says that the issuer's data cannot be read or written. The message is one sentence that names what is wrong and what to do about it;
/// it holds no secret and may be shown to the administrator.
/// </summary>
public sealed class StorageException : Exception
{
    /// <summary>Makes the exception from its sentence.</summary>
    public StorageException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception from its sentence and what caused it.</summary>
    public StorageException(string message, Exception? cause) : base(message, cause)
    {
    }
}
