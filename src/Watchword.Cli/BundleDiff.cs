// What an entry of a bundle says, in words, and what changed between two bundles: pure functions.
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Bundles in words.</summary>
internal static class BundleDiff
{
    private static readonly string[] Columns = ["issuer", "keys", "speaks for", "scopes", "lifetime", "profile"];

    /// <summary>The headings of a table of entries.</summary>
    public static string[] Headings { get; } = [.. Columns.Select(column => column.ToUpperInvariant())];

    /// <summary>An entry as names and values.</summary>
    public static IEnumerable<(string Name, string? Value)> Fields(TrustEntry entry) => Columns.Zip(Row(entry), (name, cell) => (name, (string?)cell));

    /// <summary>An entry as the cells of a table.</summary>
    public static string[] Row(TrustEntry entry) =>
    [
        entry.Issuer,
        Source(entry) + (entry.Algorithms is { } algorithms ? $" ({string.Join(' ', algorithms)})" : ""),
        entry.Subjects is null ? "itself" : entry.Subjects.IsEverybody ? "everybody" : $"{entry.Subjects}",
        entry.GrantsEveryScope ? "all" : entry.Scopes.Count == 0 ? "none" : string.Join(' ', entry.Scopes),
        entry.MaxLifetime is { } life ? Durations.Format(life) : "the target's",
        entry.Profile.Name,
    ];

    /// <summary>The differences, a line each; none if the bundles say the same.</summary>
    public static IReadOnlyList<string> Of(TrustBundle older, TrustBundle newer)
    {
        var changes = new List<string>();
        if (older.Serial != newer.Serial)
            changes.Add($"serial: {older.Serial} -> {newer.Serial}{(newer.Serial < older.Serial ? ", which targets will refuse as older" : "")}");
        if (older.Expires != newer.Expires)
            changes.Add($"expires: {older.Expires:u} -> {newer.Expires:u}");
        if (older.Comment != newer.Comment)
            changes.Add($"comment: {older.Comment ?? "none"} -> {newer.Comment ?? "none"}");
        var before = older.Issuers.ToDictionary(entry => entry.Issuer, StringComparer.Ordinal);
        foreach (var entry in newer.Issuers)
        {
            if (!before.Remove(entry.Issuer, out var was))
                changes.Add($"+ {entry.Issuer}: {string.Join(", ", Columns.Zip(Row(entry), (name, cell) => $"{name} {cell}").Skip(1))}");
            else
                changes.AddRange(Of(was, entry).Select(change => $"~ {entry.Issuer}: {change}"));
        }
        changes.AddRange(before.Keys.Order(StringComparer.Ordinal).Select(issuer => $"- {issuer}: no longer trusted"));
        return changes;
    }

    private static List<string> Of(TrustEntry older, TrustEntry newer)
    {
        var changes = Row(older).Zip(Row(newer)).Select((cells, i) => (Name: Columns[i], cells.First, cells.Second))
            .Append((Name: "comment", First: older.Comment ?? "none", Second: newer.Comment ?? "none"))
            .Where(cell => cell.First != cell.Second).Select(cell => $"{cell.Name} {cell.First} -> {cell.Second}").ToList();
        // What targets compare. The columns should have said all of it.
        if (changes.Count == 0 && !TrustBundleText.WriteEntry(older).AsSpan().SequenceEqual(TrustBundleText.WriteEntry(newer)))
            changes.Add("its entry is written otherwise; compare the JSON");
        return changes;
    }

    private static string Source(TrustEntry entry) => entry.Keys is { } keys ? string.Join(' ', keys.Keys.Select(Name))
        : entry.JwksUri ?? entry.MetadataUri ?? "from its metadata";

    // By what it is (RFC 7638): anybody can give a key the name of another one.
    private static string Name(VerificationKey key)
    {
        var jwk = key.ToJwk();
        var thumbprint = jwk.Thumbprint();
        return jwk.KeyId is null || jwk.KeyId == thumbprint ? thumbprint : $"{thumbprint} as {jwk.KeyId}";
    }
}
