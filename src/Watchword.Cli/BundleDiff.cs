// What an entry of a bundle says, in words, and what changed between two bundles: pure functions.
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
        var before = older.Issuers.ToDictionary(entry => entry.Issuer, StringComparer.Ordinal);
        foreach (var entry in newer.Issuers)
        {
            if (!before.Remove(entry.Issuer, out var was))
                changes.Add($"+ {entry.Issuer}: {string.Join(", ", Columns.Zip(Row(entry), (name, cell) => $"{name} {cell}").Skip(1))}");
            else
                changes.AddRange(Row(was).Zip(Row(entry)).Select((cells, i) => (Name: Columns[i], cells.First, cells.Second))
                    .Where(cell => cell.First != cell.Second).Select(cell => $"~ {entry.Issuer}: {cell.Name} {cell.First} -> {cell.Second}"));
        }
        changes.AddRange(before.Keys.Order(StringComparer.Ordinal).Select(issuer => $"- {issuer}: no longer trusted"));
        return changes;
    }

    private static string Source(TrustEntry entry) =>
        entry.Keys is { } keys ? string.Join(' ', keys.Keys.Select(key => key.ToJwk().KeyId))
        : entry.JwksUri ?? entry.MetadataUri ?? "from its metadata";
}
