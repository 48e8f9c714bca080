// How an answer is printed: JSON as the issuer named it, or aligned text for people. Nothing printed can steer a terminal.
using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Prints the answer of one command.</summary>
internal sealed class Output(Terminal terminal, bool isJson)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True when the user asked for JSON.</summary>
    public bool IsJson => isJson;

    /// <summary>The output that the command line asks for.</summary>
    public static Output Of(ParseResult parsed, Terminal terminal) => new(terminal, CommonOptions.AsksForJson(parsed));

    /// <summary>Prints one JSON value, indented, in ASCII.</summary>
    public void Json(JsonElement value) => Json(value.WriteTo);

    /// <summary>Prints what <paramref name="write"/> writes, indented, in ASCII.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Indented))
        {
            write(writer);
        }

        terminal.Output.WriteLine(Ascii(Encoding.UTF8.GetString(buffer.WrittenSpan), keepLines: true));
    }

    /// <summary>Prints one JSON object in JSON mode, or else the sentence.</summary>
    public void Done(string sentence, Action<Utf8JsonWriter> members)
    {
        if (IsJson)
        {
            Json(writer =>
            {
                writer.WriteStartObject();
                members(writer);
                writer.WriteEndObject();
            });
            return;
        }

        Line(sentence);
    }

    /// <summary>Prints why a token was refused: for programs on standard output, for people on standard error.</summary>
    public int Refused(Rejection rejection)
    {
        if (!IsJson)
        {
            Note($"refused: {rejection.Code}: {rejection.Message}");
            if (rejection.Detail is { } detail)
                Note($"detail: {detail}");
            return ExitCode.Refused;
        }

        Done("", writer =>
        {
            writer.WriteString("error", rejection.Code);
            writer.WriteOptional("claim", rejection.Claim);
            writer.WriteString("message", rejection.Message);
            writer.WriteOptional("detail", rejection.Detail);
        });
        return ExitCode.Refused;
    }

    /// <summary>Prints one line.</summary>
    public void Line(string text) => terminal.Output.WriteLine(Ascii(text));

    /// <summary>Prints one line for a person, beside the answer, on standard error.</summary>
    public void Note(string text) => terminal.Error.WriteLine(Ascii(text));

    /// <summary>Prints names and values, one pair a line; pairs without a value are left out.</summary>
    public void Fields(params (string Name, string? Value)[] fields)
    {
        var shown = fields.Where(field => !string.IsNullOrEmpty(field.Value)).ToArray();
        Rows(shown.Select(field => new[] { field.Name, field.Value! }).ToArray());
    }

    /// <summary>Prints headings and rows in columns.</summary>
    public void Table(string[] headings, IEnumerable<string[]> rows) => Rows([headings, .. rows]);

    /// <summary>Prints the named array of an answer: as it came in JSON mode, or else as a table, or the sentence when it is empty.</summary>
    public void List(JsonElement answer, string name, string empty, string[] headings, Func<JsonElement, string[]> row)
    {
        if (IsJson)
        {
            Json(answer);
            return;
        }

        var rows = answer.Items(name).Select(row).ToArray();
        if (rows.Length == 0)
        {
            Note(empty);
            return;
        }

        Table(headings, rows);
    }

    /// <summary>A message as a sentence: with a capital letter, unless it begins with a name, and a full stop; in printable ASCII.</summary>
    public static string Sentence(string message)
    {
        var text = Ascii(message.Trim());
        if (text.Length == 0)
            return text;
        var first = text.Split(' ', 2)[0];
        var start = first.All(char.IsAsciiLetter) ? char.ToUpperInvariant(text[0]) : text[0];
        return $"{start}{text[1..]}{(text[^1] is '.' or '!' or '?' ? "" : ".")}";
    }

    /// <summary>Text whose characters are all printable ASCII; others are shown as <c>\uXXXX</c>.</summary>
    public static string Ascii(string text, bool keepLines = false)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0)
            return text;

        var ascii = new StringBuilder(text.Length + 16);
        foreach (var letter in text)
        {
            if (letter is >= ' ' and <= '~' || (keepLines && letter == '\n'))
                ascii.Append(letter);
            else
                ascii.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
        }

        return ascii.ToString();
    }

    private void Rows(string[][] rows)
    {
        if (rows.Length == 0)
            return;

        var cells = rows.Select(row => row.Select(cell => Ascii(cell)).ToArray()).ToArray();
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        foreach (var row in cells)
            terminal.Output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
