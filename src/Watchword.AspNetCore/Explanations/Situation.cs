// What an explanation goes by: the refusal, what can be said of the token, and the settings of the scheme that refused it.
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Trust;

namespace Watchword.AspNetCore.Explanations;

/// <summary>One refusal, with everything that may be said about it.</summary>
/// <param name="Scheme">The scheme that refused.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Token">The token as it came.</param>
/// <param name="Examination">What the gate can say of it.</param>
/// <param name="IsInsider">
/// Whether the explanation is for somebody who has the settings anyway. Anybody else is told whom the target trusts, and how far, only about a
/// token that one of those has signed.
/// </param>
internal sealed record Situation(string Scheme, WatchwordOptions Options, string Token, TokenExamination Examination, bool IsInsider)
{
    /// <summary>How the trust bundle stands; null where none is followed, or it is not looked at.</summary>
    public BundleState? Bundle { get; init; }

    /// <summary>Whether whom the target trusts may be named.</summary>
    public bool MaySpeakOfTrust => IsInsider || Examination.IsSigned;

    /// <summary>The rules for the tokens of the issuer that this one names; null where there are none, or they may not be spoken of.</summary>
    public JwtRules? Rules => MaySpeakOfTrust ? Examination.Rules : null;

    /// <summary>The full name of a setting.</summary>
    public string Setting(string name) => SchemeSection.Key(Scheme, name);

    /// <summary>Where it stands how far the token's issuer is trusted.</summary>
    public string Entry
    {
        get
        {
            var issuer = Examination.Rules?.Issuer ?? "";
            return issuer == Options.Issuer ? $"the settings of the target ({Setting(nameof(Options.Issuer))})"
                : Options.Issuers?.Any(entry => entry.Issuer == issuer) == true ? $"the entry of {issuer} in {Setting(nameof(Options.Issuers))}"
                : $"the entry of {issuer} in the trust bundle {Options.TrustBundle}";
        }
    }

    /// <summary>A member of the token's header as text; null where there is none.</summary>
    public string? Header(string name) => Member(Examination.Token?.Header, name);

    /// <summary>A claim as text, as somebody wrote it; null where there is none.</summary>
    public string? Claim(string name) => Member(Examination.Token?.Claims, name);

    /// <summary>A claim that is a time; null where it is none.</summary>
    public DateTimeOffset? Time(string name) =>
        double.TryParse(Claim(name), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    private static string? Member(string? json, string name)
    {
        if (json is null)
            return null;
        using var document = JsonDocument.Parse(json);
        try
        {
            return document.RootElement.TryGetProperty(name, out var value)
                ? PlainText.Of(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText())
                : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which is no text.
            return null;
        }
    }
}
