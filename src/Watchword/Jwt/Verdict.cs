// What a verification answers: a token that may be believed, or the reason why not. The compiler knows which.
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Jwt;

/// <summary>The outcome of a verification: exactly one of <see cref="Token"/> and <see cref="Rejection"/> is there.</summary>
public readonly struct Verdict
{
    private readonly Rejection? _rejection;

    internal Verdict(VerifiedJwt token) => Token = token;

    internal Verdict(Rejection rejection) => _rejection = rejection;

    /// <summary>Whether the token was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAccepted => Token is not null;

    /// <summary>The token, where it was accepted.</summary>
    public VerifiedJwt? Token { get; }

    /// <summary>The reason, where it was not. A verdict that nobody made is a refusal too.</summary>
    public Rejection? Rejection => Token is null ? _rejection ?? NoVerdict : null;

    private static Rejection NoVerdict { get; } = new(RejectionCode.Malformed, "The token was not verified.");
}
