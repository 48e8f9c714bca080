// One thing that will hurt, or hurts already, and what to do about it.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Findings;

internal enum Severity
{
    /// <summary>It is broken, or will be at the next start.</summary>
    Error,

    /// <summary>It will break unless somebody does something.</summary>
    Warning,

    /// <summary>It could be tidier.</summary>
    Notice,
}

/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What it is about, by name.</param>
/// <param name="Message">What is found: a clause without a full stop, printable ASCII, without a secret.</param>
/// <param name="Mend">What to do: another such clause.</param>
internal sealed record Finding(Severity Severity, string Subject, string Message, string Mend)
{
    /// <summary>A fault of what is stored as a finding: its sentence says what is wrong and, after the last semicolon, what to do.</summary>
    public static Finding Of(string subject, StorageException fault)
    {
        var end = fault.Message.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0
            ? new Finding(Severity.Error, subject, fault.Message, "see the issuer's log")
            : new Finding(Severity.Error, subject, fault.Message[..end], fault.Message[(end + 2)..]);
    }
}
