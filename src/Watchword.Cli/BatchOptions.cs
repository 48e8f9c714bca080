// The `options` of one line of a batch. What is not given, or null, is what the product does by itself.
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>How one token of a batch is to be judged.</summary>
internal sealed class BatchOptions
{
    private const double FirstSecond = -62_135_596_800;
    private const double LastSecond = 253_402_300_799;

    public string Mode { get; private set; } = "jwt";

    /// <summary>Keys of other algorithms are not used, and a key without <c>alg</c> is for the first of these that fits it; null for no such limit.</summary>
    public IReadOnlyList<string>? Algorithms { get; private set; }

    public IReadOnlyList<string>? Encryptions { get; private set; }

    public string? Issuer { get; private set; }

    public string? Audience { get; private set; }

    public string? Type { get; private set; }

    public DateTimeOffset? Now { get; private set; }

    public TimeSpan? Leeway { get; private set; }

    /// <exception cref="FormatException">An option has a value that it cannot have, or is none.</exception>
    public static BatchOptions Read(JsonElement json)
    {
        var options = new BatchOptions();
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return options;
        foreach (var option in json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : throw new FormatException("options"))
        {
            if (option.Value.ValueKind != JsonValueKind.Null)
                options.Set(option.Name, option.Value);
        }
        return options;
    }

    private void Set(string name, JsonElement value)
    {
        switch (name)
        {
            case "mode": Mode = Text(value); break;
            case "algorithms": Algorithms = Texts(value); break;
            case "enc": Encryptions = value.ValueKind == JsonValueKind.String ? [Text(value)] : Texts(value); break;
            case "issuer": Issuer = Text(value); break;
            case "audience": Audience = Text(value); break;
            case "typ": Type = Text(value); break;
            case "now": Now = DateTimeOffset.UnixEpoch.AddSeconds(Number(value)); break;
            case "clock_skew_seconds": Leeway = TimeSpan.FromSeconds(Number(value)); break;
            default: throw new FormatException(name);
        }
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException("not a text");

    private static string[] Texts(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0
        ? [.. value.EnumerateArray().Select(Text)]
        : throw new FormatException("not a list");

    private static double Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= FirstSecond and <= LastSecond
            ? number
            : throw new FormatException("not a time");
}
