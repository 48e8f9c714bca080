// An access token as the application may hold it: its text only on request, so that it does not end in a log by accident.
namespace Watchword.Client;

/// <summary>An access token for one resource. It does not change; ask for it again before each use.</summary>
public sealed class AccessToken
{
    private readonly string _text;

    internal AccessToken(string text, string resource, string? scope, DateTimeOffset expiresAt)
    {
        _text = text;
        Resource = resource;
        Scope = scope;
        ExpiresAt = expiresAt;
    }

    /// <summary>The resource the token is for; it is the token's audience.</summary>
    public string Resource { get; }

    /// <summary>The scopes the issuer says the token has, separated by spaces; null if it did not say and none was asked for.</summary>
    public string? Scope { get; }

    /// <summary>When the token expires, by the clock of this machine, counted from the moment before it was asked for.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The token's text, a secret: whoever has it is this service until it expires.</summary>
    /// <returns>What goes after <c>Bearer</c> in an <c>Authorization</c> header.</returns>
    public string Reveal() => _text;

    /// <summary>The resource and the time of expiry, never the token.</summary>
    /// <returns>A text that is safe to log.</returns>
    public override string ToString() => $"access token for {Resource} until {ExpiresAt:O}";
}
