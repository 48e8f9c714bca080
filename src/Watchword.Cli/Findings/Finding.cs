// One thing that will hurt, or hurts already, and what to do about it, as `watchword doctor` lists it.
using System.Text.Json;

namespace Watchword.Cli.Findings;

/// <summary>How bad a finding is, the worst first.</summary>
internal enum Severity
{
    /// <summary>It is broken, or trust is not what it seems.</summary>
    Error,

    /// <summary>It will break, or be misused, unless somebody does something.</summary>
    Warning,

    /// <summary>It could be tidier, or is worth knowing.</summary>
    Notice,
}

/// <param name="Severity">How bad it is.</param>
/// <param name="Subject">What it is about, by name.</param>
/// <param name="Message">What is found: a clause without a full stop, without a secret.</param>
/// <param name="Mend">What to do: another such clause.</param>
internal sealed record Finding(Severity Severity, string Subject, string Message, string Mend)
{
    /// <summary>Whether a pipeline should stop for it.</summary>
    public bool IsGrave => Severity != Severity.Notice;

    /// <summary>What the severity is called.</summary>
    public string SeverityName => Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" };

    /// <summary>A finding that an issuer answered.</summary>
    public static Finding Of(JsonElement json) => new(
        json.Text("severity") switch { "error" => Severity.Error, "warning" => Severity.Warning, _ => Severity.Notice },
        json.Text("subject"), json.Text("message"), json.Text("mend"));

    /// <summary>Writes it as an issuer would.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("severity", SeverityName);
        json.WriteString("subject", Subject);
        json.WriteString("message", Message);
        json.WriteString("mend", Mend);
        json.WriteEndObject();
    }
}
