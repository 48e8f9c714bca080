// Reads one JSON object strictly, member by member, without building a document (RFC 8259, RFC 7515 §4).
using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Watchword.Encodings;

/// <summary>
/// Valid UTF-8, one object, nothing after it, no member twice at any level, at most 512 members in one object, depth at most 64,
/// no comments, no trailing commas, no half of a surrogate pair. A fault is a <see cref="JsonException"/> (or an
/// <see cref="InvalidOperationException"/> for half a surrogate pair), which the caller turns into its own refusal.
/// </summary>
internal ref struct JsonObjectReader
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private MemberNames _names;

    public JsonObjectReader(ReadOnlySpan<byte> json, Span<MemberNames.Entry> room)
    {
        if (!Utf8.IsValid(json))
            throw new JsonException("not valid UTF-8");
        _json = json;
        _names = new MemberNames(room);
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
    }

    /// <summary>Moves to the next member, its name and value; false after the last one.</summary>
    public bool Next(out JsonValue name, out JsonValue value)
    {
        name = value = default;
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            if (_reader.Read())
                throw new JsonException("text after the object");
            return false;
        }
        name = Name();
        _reader.Read();
        value = Value();
        return true;
    }

    public void Dispose() => _names.Dispose();

    private JsonValue Name()
    {
        var name = Token();
        if (!_names.TryAdd(_json, name.Start, name.Length, name.Escaped))
            throw new JsonException("a member stands twice, or there are too many");
        return name;
    }

    private JsonValue Value()
    {
        CheckText();
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return Token();
        var start = (int)_reader.TokenStartIndex;
        var type = _reader.TokenType;
        ReadNested();
        return new JsonValue(type, start, (int)_reader.BytesConsumed - start, false);
    }

    private void ReadNested()
    {
        Span<int> outer = stackalloc int[MaxDepth + 1];
        var depth = _reader.CurrentDepth;
        Enter(outer);
        do
        {
            _reader.Read();
            Enter(outer);
        }
        while (_reader.CurrentDepth > depth);
    }

    // Each object has names of its own; those of an object that is closed are forgotten.
    private void Enter(scoped Span<int> outer)
    {
        if (_reader.TokenType == JsonTokenType.StartObject)
            outer[_reader.CurrentDepth] = _names.Begin();
        else if (_reader.TokenType == JsonTokenType.EndObject)
            _names.End(outer[_reader.CurrentDepth]);
        else if (_reader.TokenType == JsonTokenType.PropertyName)
            Name();
        else
            CheckText();
    }

    // Half a surrogate pair, spelt as an escape, is no text (RFC 7493 §2.1): copying it throws.
    private readonly void CheckText()
    {
        if (_reader.TokenType != JsonTokenType.String || !_reader.ValueIsEscaped)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        try
        {
            _reader.CopyString(buffer);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // A string or a name without its quotation marks, anything else as it is written.
    private readonly JsonValue Token()
    {
        var quoted = _reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
        return new JsonValue(_reader.TokenType, (int)_reader.TokenStartIndex + (quoted ? 1 : 0), _reader.ValueSpan.Length, _reader.ValueIsEscaped);
    }
}
