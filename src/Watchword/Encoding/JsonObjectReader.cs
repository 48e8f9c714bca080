// Reads one JSON object strictly, member by member, without building a document (RFC 8259, RFC 7515 §4).
using System.Text.Json;
using System.Text.Unicode;

namespace Watchword.Encodings;

/// <summary>
/// Valid UTF-8, one object, nothing after it, no member twice at any level, depth at most 64, no comments, no trailing commas.
/// A fault is a <see cref="JsonException"/> (or an <see cref="InvalidOperationException"/> for half a surrogate pair), which the
/// caller turns into its own refusal.
/// </summary>
internal ref struct JsonObjectReader
{
    private const int MaxDepth = 64;
    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private MemberNames _names;
    private int _objects;

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
        name = Name(0);
        _reader.Read();
        value = Value();
        return true;
    }

    public void Dispose() => _names.Dispose();

    private JsonValue Name(int owner)
    {
        var name = Token();
        if (!_names.TryAdd(owner, _json, name.Start, name.Length, name.Escaped))
            throw new JsonException("a member stands twice");
        return name;
    }

    private JsonValue Value()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return Token();
        var start = (int)_reader.TokenStartIndex;
        var type = _reader.TokenType;
        ReadNested();
        return new JsonValue(type, start, (int)_reader.BytesConsumed - start, false);
    }

    // Which object a name belongs to is the number of the object at its depth.
    private void ReadNested()
    {
        Span<int> owners = stackalloc int[MaxDepth + 1];
        var outer = _reader.CurrentDepth;
        if (_reader.TokenType == JsonTokenType.StartObject)
            owners[outer] = ++_objects;
        do
        {
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.StartObject)
                owners[_reader.CurrentDepth] = ++_objects;
            else if (_reader.TokenType == JsonTokenType.PropertyName)
                Name(owners[_reader.CurrentDepth - 1]);
        }
        while (_reader.CurrentDepth > outer);
    }

    // A string or a name without its quotation marks, anything else as it is written.
    private readonly JsonValue Token()
    {
        var quoted = _reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
        return new JsonValue(_reader.TokenType, (int)_reader.TokenStartIndex + (quoted ? 1 : 0), _reader.ValueSpan.Length, _reader.ValueIsEscaped);
    }
}
