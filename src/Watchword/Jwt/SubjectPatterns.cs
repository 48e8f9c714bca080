// For whom an issuer may speak: exact subjects, and prefixes that end with a star.
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Jwt;

/// <summary>A list of subjects, each exact or a prefix followed by <c>*</c>; <c>*</c> alone is everybody. Immutable.</summary>
public sealed class SubjectPatterns
{
    private const int MostPatterns = 1000;
    private const int LongestPattern = 512;
    private readonly HashSet<string> _exact;
    private readonly string[] _prefixes;

    private SubjectPatterns(IReadOnlyList<string> patterns)
    {
        Patterns = patterns;
        _exact = patterns.Where(pattern => !pattern.EndsWith('*')).ToHashSet(StringComparer.Ordinal);
        _prefixes = [.. patterns.Where(pattern => pattern.EndsWith('*')).Select(pattern => pattern[..^1])];
    }

    /// <summary>The list as it was written.</summary>
    public IReadOnlyList<string> Patterns { get; }

    /// <summary>Whether everybody is among them.</summary>
    public bool IsEverybody => _prefixes.Contains("");

    /// <summary>One subject alone, whatever characters it has.</summary>
    internal static SubjectPatterns Only(string subject) => new([subject]);

    /// <summary>Reads a list.</summary>
    /// <param name="patterns">From 1 to 1,000 texts of 1 to 512 characters; a star only at the end.</param>
    /// <param name="list">The list.</param>
    /// <param name="fault">What is wrong; it goes on where "subjects" ends.</param>
    public static bool TryParse(IReadOnlyList<string> patterns, [NotNullWhen(true)] out SubjectPatterns? list, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        fault = patterns.Count is 0 or > MostPatterns ? "must name one subject or more, and at most 1000"
            : patterns.Any(pattern => string.IsNullOrEmpty(pattern) || pattern.Length > LongestPattern) ? "must be texts of 1 to 512 characters"
            : patterns.FirstOrDefault(pattern => pattern.IndexOf('*', StringComparison.Ordinal) is var star && star >= 0 && star < pattern.Length - 1) is { } odd
                ? $"holds '{odd}', whose star is not at its end: write whole subjects, or a beginning followed by one *"
            : null;
        list = fault is null ? new SubjectPatterns([.. patterns]) : null;
        return list is not null;
    }

    /// <summary>Whether a subject is one of them, compared character by character.</summary>
    public bool Contain(string subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_exact.Contains(subject))
            return true;
        foreach (var prefix in _prefixes)
        {
            if (subject.StartsWith(prefix, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>The list, separated by commas.</summary>
    public override string ToString() => string.Join(", ", Patterns);
}
