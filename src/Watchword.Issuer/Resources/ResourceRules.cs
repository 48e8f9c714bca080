// What a resource may look like: its identifier (RFC 8707 §2), its scopes (RFC 6749 §3.3), life and algorithm of its tokens.
using System.Buffers;
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Resources;

internal static class ResourceRules
{
    private const int LongestIdentifier = 256;
    private const int LongestScope = 128;
    private const int MostScopes = 100;

    // A token is at most 4 KiB, and three characters of claims become four.
    private const int LongestScopeText = 2048;
    private const long ShortestLifetime = 10;
    private const long LongestLifetime = 24 * 60 * 60;
    private const long UsualLifetime = 300;
    private const string Reserved = "urn:watchword:";

    // RFC 3986 §2: unreserved, sub-delims, gen-delims but the one that starts a fragment, and the percent sign.
    private static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:/?[]@%");

    private static readonly SignatureAlgorithm[] Algorithms = Array.FindAll(
    [
        SignatureAlgorithm.ES256, SignatureAlgorithm.ES384, SignatureAlgorithm.ES512, SignatureAlgorithm.EdDSA,
        SignatureAlgorithm.RS256, SignatureAlgorithm.PS256, SignatureAlgorithm.HS256,
    ], algorithm => algorithm.MissingPackage is null);

    /// <summary>A sentence when text cannot be the identifier of a resource, else <see langword="null"/>.</summary>
    public static string? IdentifierFault(string text)
    {
        if (text.Length is 0 or > LongestIdentifier)
            return "a resource is named by a URI of 1 to 256 characters; give a shorter one";
        if (text.Contains('#', StringComparison.Ordinal))
            return "the URI of a resource has no fragment; leave out the '#' and what follows";
        if (text.AsSpan().ContainsAnyExcept(UriCharacters) || !HasWholePercents(text))
            return "the URI of a resource holds only the characters of RFC 3986; percent-encode the others";
        if (!IsAbsolute(text))
            return "a resource is named by an absolute URI; give one like https://billing or urn:example:billing";
        if (text.StartsWith(Reserved, StringComparison.OrdinalIgnoreCase))
            return "the names that start with 'urn:watchword:' are reserved; choose another";
        return Authority(text).Contains('@') ? "the URI of a resource carries no user name or password; leave them out" : null;
    }

    /// <summary>A sentence when text cannot be a scope, else <see langword="null"/>.</summary>
    public static string? ScopeFault(string text) =>
        text.Length is > 0 and <= LongestScope && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny('"', '\\') < 0
            ? null
            : "a scope is 1 to 128 printable ASCII characters without spaces, quotes and backslashes; choose another";

    /// <exception cref="RefusedException">The text cannot be the identifier of a resource.</exception>
    public static void RequireIdentifier(string text)
    {
        if (IdentifierFault(text) is { } fault)
            throw Invalid(fault);
    }

    /// <summary>The scopes of a resource in ordinal order, each once.</summary>
    /// <exception cref="RefusedException">One of them is not allowed, or they are too many.</exception>
    public static string[] Scopes(IReadOnlyList<string> texts)
    {
        if (texts.Select(ScopeFault).FirstOrDefault(fault => fault is not null) is { } fault)
            throw Invalid(fault);
        string[] scopes = [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (scopes.Length > MostScopes || scopes.Sum(scope => scope.Length + 1) > LongestScopeText)
            throw Invalid("a resource has at most 100 scopes, and they must fit into one token: 2048 characters together; use fewer or shorter ones");
        return scopes;
    }

    /// <summary>The life of a resource's tokens; 300 seconds when none is given.</summary>
    /// <exception cref="RefusedException">The time is out of range.</exception>
    public static TimeSpan Lifetime(long? seconds) => (seconds ?? UsualLifetime) is >= ShortestLifetime and <= LongestLifetime and var life
        ? TimeSpan.FromSeconds(life)
        : throw Invalid("a token lives 10 seconds to 24 hours; give a number of seconds from 10 to 86400");

    /// <summary>The algorithm of a resource's tokens; ES256 when none is given.</summary>
    /// <exception cref="RefusedException">The algorithm is not offered.</exception>
    public static SignatureAlgorithm ParseAlgorithm(string? name)
    {
        if (name is null)
            return SignatureAlgorithm.ES256;
        return SignatureAlgorithm.TryFind(name, out var algorithm) && Algorithms.Contains(algorithm)
            ? algorithm
            : throw Invalid($"tokens are signed by one of {string.Join<SignatureAlgorithm>(", ", Algorithms)}; choose one of them");
    }

    /// <summary>The algorithm in a row.</summary>
    /// <exception cref="StorageException">The database names one that this program does not know.</exception>
    public static SignatureAlgorithm StoredAlgorithm(string name) => SignatureAlgorithm.TryFind(name, out var algorithm)
        ? algorithm
        : throw new StorageException("the database names an algorithm that this program does not know; restore it from a backup");

    /// <summary>The refusal for a resource that is not there.</summary>
    public static RefusedException NoResource(string text) => new(
        Refusal.NotFound,
        IdentifierFault(text) is null
            ? $"there is no resource '{text}'; see the list of resources, and mind that every character counts"
            : "there is no such resource; see the list of resources");

    /// <summary>The refusal for a scope that a resource does not have.</summary>
    public static RefusedException NoScope(string resource, string scope) => Invalid(
        ScopeFault(scope) ?? $"the resource '{resource}' has no scope '{scope}'; see its scopes with: watchword resource show {resource}");

    private static RefusedException Invalid(string message) => new(Refusal.Invalid, message);

    // Uri.TryCreate alone would also take "/billing" for a file.
    private static bool IsAbsolute(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || colon == text.Length - 1 || !char.IsAsciiLetter(text[0]))
            return false;
        foreach (var character in text.AsSpan(0, colon))
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('+' or '-' or '.'))
                return false;
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme is not ("http" or "https") || (uri.Host.Length > 0 && text.AsSpan(colon + 1).StartsWith("//")));
    }

    private static bool HasWholePercents(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
        }
        return true;
    }

    private static ReadOnlySpan<char> Authority(string text)
    {
        var rest = text.AsSpan(text.IndexOf(':', StringComparison.Ordinal) + 1);
        if (!rest.StartsWith("//"))
            return default;
        var end = rest[2..].IndexOfAny('/', '?');
        return end < 0 ? rest[2..] : rest.Slice(2, end);
    }
}
