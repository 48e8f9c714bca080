// The examples of the RFCs, word by word: data of the standards, which every implementation must agree with.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Watchword.Tests.Vectors;

/// <summary>A signed example: the key as a JWK with its private half, the payload and the compact serialisation.</summary>
public sealed record JwsVector(string Source, string Alg, JsonElement Key, string Payload, string Token)
{
    public override string ToString() => $"{Source} {Alg}";
}

/// <summary>An example that must not be accepted.</summary>
public sealed record RefusedVector(string Source, string What, string Code, string Token);

/// <summary>The example of RFC 7638.</summary>
public sealed record ThumbprintVector(string Source, JsonElement Key, string Thumbprint);

/// <summary>An example of a key set.</summary>
public sealed record KeySetVector(string Source, JsonElement Set);

public sealed record KeySetVectors(KeySetVector[] Sets);

public sealed record JwsVectors(JwsVector[] Good, RefusedVector[] Refused)
{
    public static IEnumerable<JwsVectors> All => [VectorFile.Read<JwsVectors>("rfc7515-appendix-a.json"), VectorFile.Read<JwsVectors>("rfc7520-section-4.json")];
}

internal static class VectorFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static T Read<T>(string name)
    {
        using var stream = typeof(VectorFile).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        return JsonSerializer.Deserialize<T>(stream, Options)!;
    }
}
