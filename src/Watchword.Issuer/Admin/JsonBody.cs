// The JSON body of an admin request, strictly: one object of bounded size, no member twice, none that the request does not have.
using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Watchword.Issuer.Admin;

internal sealed class JsonBody : IDisposable
{
    private const int MaxBytes = 64 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly JsonDocument _document;

    private JsonBody(JsonDocument document) => _document = document;

    /// <summary>Reads the body, whose members may be those named; an empty body is an object without members.</summary>
    public static Task<JsonBody> ReadAsync(HttpContext context, params string[] members) => ReadAsync(context, MaxBytes, members);

    /// <summary>Reads a body that may be larger than 64 KiB.</summary>
    public static async Task<JsonBody> ReadAsync(HttpContext context, int maxBytes, params string[] members)
    {
        var bytes = await ReadBytesAsync(context, maxBytes);
        var body = new JsonBody(Parse(bytes));
        try
        {
            body.CheckMembers(members);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public string RequiredText(string name) =>
        OptionalText(name) ?? throw AdminRefusal.Invalid($"The member {name} is missing.");

    public string? OptionalText(string name)
    {
        if (!TryFind(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw AdminRefusal.Invalid($"The member {name} must be a string.");
        return TextOf(value, name);
    }

    /// <summary>The text of a member that is an object, as it was sent.</summary>
    public string? OptionalObject(string name)
    {
        if (!TryFind(name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Object ? value.GetRawText() : throw AdminRefusal.Invalid($"The member {name} must be an object.");
    }

    public IReadOnlyList<string>? OptionalTexts(string name)
    {
        if (!TryFind(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array) throw AdminRefusal.Invalid($"The member {name} must be an array of strings.");
        var texts = new List<string>();
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String) throw AdminRefusal.Invalid($"The member {name} must be an array of strings.");
            texts.Add(TextOf(item, name));
        }
        return texts;
    }

    /// <summary>Whether a member is true; false when it is not there.</summary>
    public bool Flag(string name)
    {
        if (!TryFind(name, out var value)) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw AdminRefusal.Invalid($"The member {name} must be true or false.");
    }

    public TimeSpan? OptionalSeconds(string name)
    {
        if (!TryFind(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var seconds) || seconds <= 0)
            throw AdminRefusal.Invalid($"The member {name} must be a positive whole number of seconds.");
        return TimeSpan.FromSeconds(seconds);
    }

    public void Dispose() => _document.Dispose();

    // A lone surrogate, spelled as an escape, is the one string that cannot be read.
    private static string TextOf(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw AdminRefusal.Invalid($"The member {name} is not text.");
        }
    }

    private bool TryFind(string name, out JsonElement value) =>
        _document.RootElement.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private void CheckMembers(string[] members)
    {
        foreach (var member in _document.RootElement.EnumerateObject())
        {
            if (!Array.Exists(members, member.NameEquals))
                throw AdminRefusal.Invalid($"The body has a member that this request does not know; it may have: {List(members)}.");
        }
    }

    private static string List(string[] members) => members.Length == 0 ? "none" : string.Join(", ", members);

    private static JsonDocument Parse(ReadOnlySequence<byte> bytes)
    {
        try
        {
            var document = JsonDocument.Parse(bytes.IsEmpty ? new ReadOnlySequence<byte>("{}"u8.ToArray()) : bytes, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw AdminRefusal.Invalid("The body must be one JSON object.");
        }
        catch (JsonException)
        {
            throw AdminRefusal.Invalid("The body must be one well-formed JSON object in UTF-8, with no member twice.");
        }
    }

    /// <summary>Reads the bytes of a body that is not read by this class.</summary>
    public static async Task<ReadOnlySequence<byte>> ReadBytesAsync(HttpContext context, int maxBytes = MaxBytes)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > maxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                throw AdminRefusal.TooLarge($"The body is larger than {maxBytes / 1024} KiB.");
            }
            if (read.IsCompleted)
            {
                var bytes = new ReadOnlySequence<byte>(read.Buffer.ToArray());
                reader.AdvanceTo(read.Buffer.End);
                return bytes;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
