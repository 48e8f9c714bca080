// Reads what the token endpoint answered, and refuses whatever is weaker than what was asked for (RFC 6749 §5.1, RFC 6750 §2.1).
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Watchword.Client.Tokens;

/// <summary>A token that the issuer gave and that has every property it must have.</summary>
internal sealed record TokenAnswer(string Token, TimeSpan ExpiresIn, TimeSpan? RefreshIn, string? Scope)
{
    private const int LongestToken = 16 * 1024;
    private const double LongestLife = 24 * 60 * 60;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads an answer of status 200.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="target">What was asked for.</param>
    /// <param name="answer">The token, if the answer is sound.</param>
    /// <param name="fault">What is wrong with it otherwise; it goes on where "answered 200" ends.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> body, TokenTarget target, [NotNullWhen(true)] out TokenAnswer? answer, [NotNullWhen(false)] out string? fault)
    {
        answer = null;
        try
        {
            using var document = Parse(body);
            answer = Read(document.RootElement, target, out fault);
            return answer is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair.
            fault = "with something other than one sound JSON object. Check that Watchword:Issuer is the issuer and not a page in front of it";
            return false;
        }
    }

    /// <summary>Reads an answer of any other status (RFC 6749 §5.2); both are null if it is not an error answer.</summary>
    public static (string? Error, string? Description) ReadError(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = Parse(body);
            var error = Text(document.RootElement, "error");
            var why = Text(document.RootElement, "error_description");
            return error is null ? default : (PrintableText.From(error, 64), why is null ? null : PrintableText.From(why, 300));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
            throw new JsonException();
        var document = JsonDocument.Parse(body, Strict);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        document.Dispose();
        throw new JsonException();
    }

    private static TokenAnswer? Read(JsonElement json, TokenTarget target, out string? fault)
    {
        var token = Text(json, "access_token");
        var expires = Seconds(json, "expires_in");
        var scope = Text(json, "scope");
        fault = !IsBearerToken(token) ? "without an access_token that can be sent as a Bearer token"
            : !string.Equals(Text(json, "token_type"), "Bearer", StringComparison.OrdinalIgnoreCase) ? "with a token_type other than Bearer, which is not used"
            : expires is not (> 0 and <= LongestLife) ? "without an expires_in of 1 to 86400 seconds"
            : scope is null && json.TryGetProperty("scope", out _) ? "with a scope that is not a string"
            : scope is not null && !target.IsCoveredBy(scope) ? "with fewer scopes than were asked for, which is not used"
            : null;
        if (fault is not null)
            return null;
        var refresh = Seconds(json, "refresh_in");
        return new TokenAnswer(
            token!,
            TimeSpan.FromSeconds(expires!.Value),
            refresh is > 0 and <= LongestLife ? TimeSpan.FromSeconds(refresh.Value) : null,
            scope is null ? target.Scope : PrintableText.From(scope, 4096));
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Seconds(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) ? seconds : null;

    // b64token of RFC 6750 §2.1: anything else would not survive the header.
    private static bool IsBearerToken([NotNullWhen(true)] string? token)
    {
        if (token is not { Length: > 0 and <= LongestToken })
            return false;
        var body = token.AsSpan().TrimEnd('=');
        return body.Length > 0 && !body.ContainsAnyExcept(BearerCharacters);
    }

    private static readonly System.Buffers.SearchValues<char> BearerCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");
}
