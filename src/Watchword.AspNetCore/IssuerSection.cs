// Reads Issuers, the list of further trusted issuers in a scheme's settings: the members of a trust bundle's entry, spelt as settings are.
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.AspNetCore;

/// <summary>One entry; what cannot be read becomes a fault, to follow the setting's name.</summary>
internal sealed class IssuerSection(IConfigurationSection section)
{
    private const int LongestKeySet = 1024 * 1024;

    private static readonly string[] Members =
    [
        nameof(TrustEntry.Issuer), nameof(TrustEntry.JwksUri), nameof(TrustEntry.MetadataUri), "JwksFile", nameof(TrustEntry.Algorithms),
        nameof(TrustEntry.Subjects), nameof(TrustEntry.Scopes), nameof(TrustEntry.MaxLifetime), nameof(TrustEntry.Profile),
    ];

    private readonly List<string> _faults = [];

    /// <summary>Reads the list.</summary>
    public static string? ReadAll(IConfigurationSection section, WatchwordOptions options)
    {
        var read = section.GetChildren().Select(child => new IssuerSection(child)).ToArray();
        options.Issuers = [.. read.Select(each => each.Read())];
        var faults = read.SelectMany(each => each._faults).ToArray();
        return faults.Length > 0 ? string.Join("; ", faults)
            : read.Length == 0 && !string.IsNullOrEmpty(section.Value) ? "is not a list: give each issuer as an object of a list"
            : null;
    }

    private TrustEntry Read()
    {
        foreach (var other in section.GetChildren().Where(child => !Members.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            Fault($"has a member {other.Key}, which is not known: remove it, or correct its name to one of {string.Join(", ", Members)}");
        return new TrustEntry
        {
            Issuer = section[nameof(TrustEntry.Issuer)] ?? "",
            JwksUri = section[nameof(TrustEntry.JwksUri)],
            MetadataUri = section[nameof(TrustEntry.MetadataUri)],
            Keys = Keys(section["JwksFile"]),
            Algorithms = Algorithms(),
            Subjects = Subjects(),
            Scopes = Values(nameof(TrustEntry.Scopes)) ?? [],
            MaxLifetime = MaxLifetime(),
            Profile = Profile(),
        };
    }

    private KeySet? Keys(string? path)
    {
        if (path is null)
            return null;
        var unreadable = SecretFile.Read(path, LongestKeySet, out var json, isSecret: false);
        if (unreadable is not null)
        {
            Fault($"has a JwksFile that {unreadable}");
            return null;
        }
        try
        {
            return KeySet.Parse(json);
        }
        catch (InvalidKeyException fault)
        {
            Fault($"has a JwksFile that holds no key set. {fault.Message.TrimEnd('.')}");
            return null;
        }
    }

    private List<SignatureAlgorithm>? Algorithms()
    {
        if (Values(nameof(TrustEntry.Algorithms)) is not { } names)
            return null;
        var found = new List<SignatureAlgorithm>();
        foreach (var name in names)
        {
            if (!SignatureAlgorithm.TryFind(name, out var algorithm))
                Fault($"names the algorithm {name}, which is not known");
            else if (algorithm.MissingPackage is { } package)
                Fault($"names {algorithm}, which needs the package {package}: add it to the application, or remove the name");
            else
                found.Add(algorithm);
        }
        return found;
    }

    private SubjectPatterns? Subjects()
    {
        if (Values(nameof(TrustEntry.Subjects)) is not { } patterns)
            return null;
        if (!SubjectPatterns.TryParse(patterns, out var subjects, out var fault))
            Fault($"has Subjects whose list {fault}");
        return subjects;
    }

    private TimeSpan? MaxLifetime()
    {
        if (section[nameof(TrustEntry.MaxLifetime)] is not { } text)
            return null;
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time))
            return time;
        Fault("has a MaxLifetime that is not a length of time: write it as hours, minutes and seconds, for example 00:01:00");
        return null;
    }

    private TokenProfile Profile()
    {
        var name = section[nameof(TrustEntry.Profile)];
        if (name is null)
            return TokenProfile.Rfc9068;
        if (TokenProfile.TryFind(name, out var profile))
            return profile;
        Fault($"has the Profile {name}, which is not known: write one of {string.Join(", ", TokenProfile.All)}");
        return TokenProfile.Rfc9068;
    }

    // Absent is another thing than empty: an empty list grants nothing, and is a fault where something must stand.
    private string[]? Values(string name)
    {
        var list = section.GetSection(name);
        return list.Value is null && !list.GetChildren().Any() ? null : [.. SchemeSection.Values(list)];
    }

    private void Fault(string fault) => _faults.Add($"{(section[nameof(TrustEntry.Issuer)] is { Length: > 0 } issuer ? issuer : $"number {section.Key}")} {fault}");
}
