// What is printed is aligned, is ASCII, and cannot steer a terminal.
using System.Text.Json;
using Watchword.Cli;

namespace Watchword.Tests.Cli;

public sealed class OutputTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void Columns_are_aligned_and_lines_end_at_their_last_letter()
    {
        Answer(isJson: false).Table(["NAME", "STATE"], [["a", "good"], ["longer", ""]]);
        Assert.Equal(Lines("NAME    STATE", "a       good", "longer"), _output.ToString());
    }

    [Fact]
    public void Fields_without_a_value_are_left_out()
    {
        Answer(isJson: false).Fields(("client", "orders"), ("expires", ""), ("API key", "k"));
        Assert.Equal(Lines("client   orders", "API key  k"), _output.ToString());
    }

    [Fact]
    public void An_empty_list_is_a_note_beside_the_answer()
    {
        using var answer = JsonDocument.Parse("""{"clients":[]}""");
        Answer(isJson: false).List(answer.RootElement, "clients", "None.", ["CLIENT"], client => [client.Text("client_id")]);
        Assert.Empty(_output.ToString());
        Assert.Equal(Lines("None."), _error.ToString());
    }

    [Fact]
    public void An_empty_list_in_json_is_the_issuers_answer()
    {
        using var answer = JsonDocument.Parse("""{"clients":[]}""");
        Answer(isJson: true).List(answer.RootElement, "clients", "None.", ["CLIENT"], client => [client.Text("client_id")]);
        using var printed = JsonDocument.Parse(_output.ToString());
        Assert.Equal(0, printed.RootElement.GetProperty("clients").GetArrayLength());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public void Json_is_printed_in_ascii_and_means_the_same()
    {
        const string Hostile = "\u001b[2J\u202e caf\u00e9 \ud83d\ude00 https://a?b=1+2&c";
        Answer(isJson: true).Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", Hostile);
            writer.WriteEndObject();
        });
        var text = _output.ToString();
        Assert.DoesNotContain(text, letter => letter is > '~' or '\u001b');
        Assert.Contains("https://a?b=1+2&c", text, StringComparison.Ordinal);
        using var printed = JsonDocument.Parse(text);
        Assert.Equal(Hostile, printed.RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void Tables_and_notes_show_control_characters_as_escapes()
    {
        var answer = Answer(isJson: false);
        answer.Table(["NAME"], [["a\u001b[31m\r\n\u009b"]]);
        answer.Note("b\u0007");
        Assert.Equal(Lines("NAME", "a\\u001b[31m\\u000d\\u000a\\u009b"), _output.ToString());
        Assert.Equal(Lines("b\\u0007"), _error.ToString());
    }

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    private Output Answer(bool isJson) => new(new Terminal(() => Stream.Null, _output, _error, TimeProvider.System), isJson);

    private static string Lines(params string[] lines) => string.Concat(lines.Select(line => line + Environment.NewLine));
}
