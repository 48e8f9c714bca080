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
    // Beyond these nobody reads them one by one.
    private const int MostOfOneKind = 20;

    /// <summary>A finding for each of the first rows and, where there are more of them, a last one that says how many.</summary>
    /// <param name="found">What was found of one kind.</param>
    /// <param name="find">What to say of one.</param>
    /// <param name="subject">What they are, in the plural.</param>
    /// <param name="more">What is true of the others: it follows their number.</param>
    public static IEnumerable<Finding> OfEach<T>(Excerpt<T> found, Func<T, Finding> find, string subject, string more)
    {
        var findings = found.Rows.Take(MostOfOneKind).Select(find).ToArray();
        return found.All > findings.Length
            ? [.. findings, new Finding(findings[^1].Severity, subject, $"{found.All - findings.Length} more {more}", "mend those that are listed, and look again")]
            : findings;
    }

    /// <summary>A fault of what is stored as a finding: its sentence says what is wrong and, after the last semicolon, what to do.</summary>
    public static Finding Of(string subject, StorageException fault)
    {
        var end = fault.Message.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0
            ? new Finding(Severity.Error, subject, fault.Message, "see the issuer's log")
            : new Finding(Severity.Error, subject, fault.Message[..end], fault.Message[(end + 2)..]);
    }
}
