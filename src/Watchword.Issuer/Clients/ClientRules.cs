// What a client, a credential's name and its life may look like; each fault is one sentence.
using System.Buffers;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Clients;

internal static class ClientRules
{
    private const int LongestId = 64;
    private const int LongestName = 64;
    private const string UnnamedCredential = "api-key";
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(3650);

    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether text can be a client id. One that cannot is no client's, and is not repeated in an answer.</summary>
    public static bool IsClientId(string text) =>
        text.Length is > 0 and <= LongestId && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    /// <exception cref="RefusedException">The text cannot be a client id.</exception>
    public static void RequireClientId(string text)
    {
        if (!IsClientId(text))
            throw Invalid("a client id is 1 to 64 letters, digits, dots, underscores and hyphens, and starts with a letter or digit; choose another");
    }

    /// <summary>The name of a credential; without one it is called "api-key".</summary>
    /// <exception cref="RefusedException">The text cannot be a name.</exception>
    public static string CredentialName(string? text)
    {
        if (text is null)
            return UnnamedCredential;
        if (text.Length is 0 or > LongestName || text.AsSpan().ContainsAnyExceptInRange(' ', '~') || text.Trim().Length != text.Length)
            throw Invalid("the name of a credential is 1 to 64 printable ASCII characters with no space at either end; choose another");
        return text;
    }

    /// <summary>When a credential made now expires; <see langword="null"/> is never.</summary>
    /// <exception cref="RefusedException">The time is not positive, or longer than ten years.</exception>
    public static DateTimeOffset? Expiry(DateTimeOffset now, TimeSpan? expiresIn)
    {
        if (expiresIn is not { } life)
            return null;
        if (life < TimeSpan.FromSeconds(1) || life > LongestLife)
            throw Invalid("a credential expires after at least one second and at most 3650 days; give a time between them, or none");
        return now + life;
    }

    /// <summary>The refusal for a client that is not there.</summary>
    public static RefusedException NoClient(string clientId) => new(
        Refusal.NotFound, IsClientId(clientId) ? $"there is no client '{clientId}'; see the list of clients" : "there is no such client; see the list of clients");

    private static RefusedException Invalid(string message) => new(Refusal.Invalid, message);
}
