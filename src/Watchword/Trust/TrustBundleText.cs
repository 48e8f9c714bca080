// The JSON form of a trust bundle: names, types and nothing else. Whether it makes sense is for TrustBundle and TrustEntry to say.
using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

internal static class TrustBundleText
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TrustBundle Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > TrustBundle.LongestDocument)
            throw new InvalidBundleException($"The bundle has {json.Length} bytes; at most {TrustBundle.LongestDocument} are read.");
        using var document = JsonDocuments.Parse(json) ?? throw new InvalidBundleException("The bundle is not one strict JSON object.");
        var members = new JsonMembers(document.RootElement, "The bundle");
        var serial = members.Whole("serial") ?? 0;
        var expires = Expiry(members);
        var comment = members.Text("comment");
        var issuers = members.Objects("issuers", "an array with an object for each issuer, which may be empty").Select(issuer => Entry(issuer, members.Faults)).OfType<TrustEntry>().ToArray();
        members.RefuseOthers();
        return members.Faults.Count == 0 ? new TrustBundle(serial, expires, issuers, comment) : throw new InvalidBundleException(members.Faults);
    }

    /// <summary>Reads one entry as it stands in a bundle. Whether it makes sense is for the bundle to say that it goes into.</summary>
    /// <exception cref="InvalidBundleException">It is not one strict JSON object, or a member is unknown or not of its type.</exception>
    public static TrustEntry ReadEntry(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocuments.Parse(json) ?? throw new InvalidBundleException("The entry is not one strict JSON object.");
        var faults = new List<string>();
        return Entry(document.RootElement, faults) is { } entry && faults.Count == 0 ? entry : throw new InvalidBundleException(faults);
    }

    public static byte[] Write(TrustBundle bundle)
    {
        var text = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(text, Readable))
        {
            json.WriteStartObject();
            WriteText(json, "comment", bundle.Comment);
            json.WriteNumber("serial", bundle.Serial);
            json.WriteString("expires", bundle.Expires.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));
            json.WriteStartArray("issuers");
            foreach (var entry in bundle.Issuers)
                WriteEntry(json, entry);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. text.WrittenSpan, (byte)'\n'];
    }

    /// <summary>One entry as it stands in a bundle: equal bytes mean equal entries.</summary>
    public static byte[] WriteEntry(TrustEntry entry)
    {
        var text = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(text, Readable))
            WriteEntry(json, entry);
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Writes one entry as an object.</summary>
    public static void WriteEntry(Utf8JsonWriter json, TrustEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("issuer", entry.Issuer);
        WriteText(json, "comment", entry.Comment);
        if (entry.Keys is { } keys)
        {
            json.WriteStartObject("jwks");
            json.WriteStartArray("keys");
            foreach (var key in keys.Keys)
                key.ToJwk().WritePublicTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        WriteText(json, "jwks_uri", entry.JwksUri);
        WriteText(json, "metadata_uri", entry.MetadataUri);
        WriteTexts(json, "algorithms", entry.Algorithms?.Select(algorithm => algorithm.Name));
        WriteTexts(json, "subjects", entry.Subjects?.Patterns);
        WriteTexts(json, "scopes", entry.Scopes.Count > 0 ? entry.Scopes : null);
        if (entry.MaxLifetime is { } life)
            json.WriteNumber("max_lifetime", (long)life.TotalSeconds);
        WriteText(json, "profile", entry.Profile == TokenProfile.Rfc9068 ? null : entry.Profile.Name);
        json.WriteEndObject();
    }

    private static DateTimeOffset Expiry(JsonMembers members)
    {
        if (members.Text("expires") is { } text && DateTimeOffset.TryParseExact(
            text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        members.Faults.Add("The bundle must have an expires, written like 2027-01-31T00:00:00Z.");
        return default;
    }

    private static TrustEntry? Entry(JsonElement json, List<string> faults)
    {
        if (JsonDocuments.Text(json, "issuer") is not { } issuer)
        {
            faults.Add("An entry has no issuer, or one that is not a string.");
            return null;
        }
        var members = new JsonMembers(json, $"The entry of {issuer}", faults);
        members.Text("issuer");
        var entry = new TrustEntry
        {
            Issuer = issuer,
            Comment = members.Text("comment"),
            Keys = Keys(members),
            JwksUri = members.Text("jwks_uri"),
            MetadataUri = members.Text("metadata_uri"),
            Algorithms = Algorithms(members),
            Subjects = Subjects(members),
            Scopes = members.Texts("scopes") ?? [],
            MaxLifetime = members.Whole("max_lifetime") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)) : null,
            Profile = Profile(members),
        };
        members.RefuseOthers();
        return entry;
    }

    private static KeySet? Keys(JsonMembers members)
    {
        if (members.Object("jwks") is not { } jwks)
            return null;
        try
        {
            var text = System.Text.Encoding.UTF8.GetBytes(jwks.GetRawText());
            if (KeySet.ReadKeys(text, int.MaxValue, static jwk => jwk.IsPrivate ? jwk : null).Count > 0)
                members.Faults.Add($"{members.Owner} holds a private key, which is known to whoever has read this: make a new pair and write only its public key.");
            return KeySet.Parse(text);
        }
        catch (InvalidKeyException fault)
        {
            members.Faults.Add($"{members.Owner} has a jwks that is none: {fault.Message}");
            return null;
        }
    }

    private static List<SignatureAlgorithm>? Algorithms(JsonMembers members)
    {
        if (members.Texts("algorithms") is not { } names)
            return null;
        var algorithms = new List<SignatureAlgorithm>();
        foreach (var name in names)
        {
            if (SignatureAlgorithm.TryFind(name, out var algorithm))
                algorithms.Add(algorithm);
            else
                members.Faults.Add($"{members.Owner} names the algorithm '{name}', which is not known.");
        }
        return algorithms;
    }

    private static SubjectPatterns? Subjects(JsonMembers members)
    {
        if (members.Texts("subjects") is not { } patterns)
            return null;
        if (!SubjectPatterns.TryParse(patterns, out var subjects, out var fault))
            members.Faults.Add($"{members.Owner} has subjects that are none: the list {fault}.");
        return subjects;
    }

    private static TokenProfile Profile(JsonMembers members)
    {
        var name = members.Text("profile");
        if (name is null)
            return TokenProfile.Rfc9068;
        if (TokenProfile.TryFind(name, out var profile))
            return profile;
        members.Faults.Add($"{members.Owner} has the profile '{name}', which is not known; it is one of {string.Join(", ", TokenProfile.All)}.");
        return TokenProfile.Rfc9068;
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
            json.WriteString(name, text);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string>? texts)
    {
        if (texts is null)
            return;
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
