// What a token is asked for: one resource and its scopes (RFC 8707 §2, RFC 6749 §3.3).
namespace Watchword.Client.Tokens;

/// <summary>One resource and the scopes asked of it. The same scopes in another order are another target.</summary>
internal readonly record struct TokenTarget(string Resource, string? Scope)
{
    private const int LongestResource = 256;
    private const int LongestScope = 4096;

    /// <summary>Whether every scope that was asked for is among those that were granted.</summary>
    public bool IsCoveredBy(string granted)
    {
        if (Scope is null)
            return true;
        var have = granted.Split(' ');
        return Scope.Split(' ').All(have.Contains);
    }

    /// <summary>Throws if the issuer could never understand the target.</summary>
    /// <exception cref="ArgumentException">The resource or the scope is malformed.</exception>
    public TokenTarget Checked()
    {
        if (!IsResource(Resource))
        {
            throw new ArgumentException(
                "The resource must be an absolute URI of at most 256 printable ASCII characters without '#', such as https://billing.");
        }
        if (Scope is not null && !IsScope(Scope))
        {
            throw new ArgumentException(
                "The scope must be scopes separated by single spaces, such as 'invoices:read invoices:write', or null for all that are granted.");
        }
        return this;
    }

    public override string ToString() => Scope is null ? Resource : $"{Resource} (scope {Scope})";

    private static bool IsResource(string? text) =>
        text is { Length: > 0 and <= LongestResource }
        && text.All(static c => c is > ' ' and <= '~' and not '#')
        && char.IsAsciiLetter(text[0])
        && Uri.TryCreate(text, UriKind.Absolute, out _);

    private static bool IsScope(string text) =>
        text.Length <= LongestScope
        && text.Split(' ').All(static scope => scope.Length > 0
            && scope.All(static c => c is > ' ' and <= '~' and not ('"' or '\\')));
}
