// Reads what is short by nature (a token, a key, a certificate) from files and standard input, and never more than that.
using System.Text;

namespace Watchword.Cli;

/// <summary>Bounded reading of text.</summary>
internal static class SmallInput
{
    /// <summary>The text of a file.</summary>
    /// <exception cref="CommandFault">It cannot be read, or is longer than <paramref name="limit"/> bytes.</exception>
    public static string OfFile(string path, string option, int limit)
    {
        if (path.Length == 0)
            throw CommandFault.Misuse($"{option} names no file; give its path.");
        var file = Path.GetFullPath(path);
        try
        {
            using var stream = File.OpenRead(file);
            return Read(stream, limit) ?? throw CommandFault.Misuse($"{option} {file} holds more than {limit} bytes; name the right file.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw CommandFault.Misuse($"{option} {file} cannot be read ({fault.Message.TrimEnd('.')}); check the path and who may read it.");
        }
    }

    /// <summary>The text of standard input without white space at its ends; a person at the keyboard is told what to type.</summary>
    /// <exception cref="CommandFault">There is none, or more than <paramref name="limit"/> bytes.</exception>
    public static string OfStandardInput(Terminal terminal, string what, int limit)
    {
        if (terminal.InputIsTyped)
        {
            terminal.Error.WriteLine($"Paste the {what}, then press Enter and Ctrl+D.");
        }

        using var input = terminal.OpenInput();
        var text = Read(input, limit)?.Trim() ?? throw CommandFault.Misuse($"Standard input holds more than {limit} bytes, which no {what} needs; pass only the {what}.");
        return text.Length > 0 ? text : throw CommandFault.Misuse($"Standard input is empty; pass the {what} there, for example with a pipe.");
    }

    private static string? Read(Stream stream, int limit)
    {
        var buffer = new byte[limit + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > limit ? null : Encoding.UTF8.GetString(buffer, 0, length);
    }
}
