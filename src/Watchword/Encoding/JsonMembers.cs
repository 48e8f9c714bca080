// The members of one JSON object that people write: each of its type, and none that is not known.
using System.Text.Json;

namespace Watchword.Encodings;

/// <summary>Reads the members of an object that a strict reader has accepted, and gathers what is wrong with them, a sentence each.</summary>
/// <param name="json">The object.</param>
/// <param name="owner">What a sentence calls it: "The bundle".</param>
/// <param name="faults">Where faults go; a list of its own by default.</param>
internal sealed class JsonMembers(JsonElement json, string owner, List<string>? faults = null)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string Owner => owner;

    public List<string> Faults { get; } = faults ?? [];

    /// <summary>A string; null where it is absent or a fault.</summary>
    public string? Text(string name) => Find(name) is not { } value ? null : Text(value) ?? Fault(name, "a string");

    /// <summary>A whole number.</summary>
    public long? Whole(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
            return number;
        Fault(name, "a whole number");
        return null;
    }

    /// <summary>An object.</summary>
    public JsonElement? Object(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value;
        Fault(name, "an object");
        return null;
    }

    /// <summary>An array of strings.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Find(name) is not { } value)
            return null;
        var texts = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(Text).ToArray() : [null];
        if (Array.TrueForAll(texts, text => text is not null))
            return texts!;
        Fault(name, "an array of strings");
        return null;
    }

    /// <summary>An array of objects, which must be there.</summary>
    /// <param name="name">The member's name.</param>
    /// <param name="form">What a sentence says it must be.</param>
    public IReadOnlyList<JsonElement> Objects(string name, string form)
    {
        if (Find(name) is { ValueKind: JsonValueKind.Array } value && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object))
            return [.. value.EnumerateArray()];
        Fault(name, form);
        return [];
    }

    /// <summary>Makes a fault of every member that nobody asked for.</summary>
    public void RefuseOthers() => Faults.AddRange(json.EnumerateObject().Where(member => !_known.Contains(member.Name))
        .Select(member => $"{owner} has a member '{member.Name}', which is not known: correct its name or take it out."));

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return json.TryGetProperty(name, out var value) ? value : null;
    }

    // Half of a surrogate pair, spelt as an escape, is no text.
    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private string? Fault(string name, string form)
    {
        Faults.Add($"{owner} must have {name} as {form}.");
        return null;
    }
}
