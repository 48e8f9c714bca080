// What a service says when it refuses: the challenge (RFC 6750) and, in the Development environment and to this machine alone, an explanation.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mesh;

internal sealed record Refusal(int Status, string Challenge, JsonObject Explanation)
{
    public static async Task<Refusal> ReadAsync(HttpResponseMessage answer) => new(
        (int)answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), Read(await answer.Content.ReadAsStringAsync()));

    /// <summary>Whether it says what was got and what to do.</summary>
    public bool IsExplained => Explanation["got"] is not null && Explanation["mend"] is JsonArray { Count: > 0 };

    /// <summary>The lines to print: each thing that is explained, and the mends one by one.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"{Status}, {Challenge}";
        foreach (var member in new[] { "detail", "expected", "got" })
        {
            if (Explanation[member] is { } text)
                yield return $"{member}: {text}";
        }
        foreach (var mend in Explanation["mend"] as JsonArray ?? [])
            yield return $"mend: {mend}";
    }

    private static JsonObject Read(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
