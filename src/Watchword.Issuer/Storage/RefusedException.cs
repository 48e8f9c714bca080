// What a store says to an administrator's request that it will not carry out; nothing was changed.
namespace Watchword.Issuer.Storage;

/// <summary>Why a request was refused; the admin API answers 400, 404, and 409 for both of the last.</summary>
internal enum Refusal
{
    Invalid,
    NotFound,
    AlreadyExists,

    /// <summary>What is there does not allow it now.</summary>
    Conflict,
}

/// <summary>The request is refused and nothing was changed. The message is one sentence, printable ASCII, safe to send.</summary>
internal sealed class RefusedException(Refusal refusal, string message) : Exception(message)
{
    public Refusal Refusal { get; } = refusal;
}
