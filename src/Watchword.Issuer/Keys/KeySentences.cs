// What is said to an operator about a rotation. What targets say of themselves is called claimed.
using Watchword.Issuer.Storage;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal static class KeySentences
{
    /// <summary>What it means to insist.</summary>
    public const string Now =
        "With --now the new key signs at once: a target that does not hold it yet fetches the keys with the first token it meets, and refuses "
        + "that token only if it cannot reach the issuer";

    /// <summary>When the next rotation is, and what an earlier one would meet.</summary>
    public static string Plan(RotationOutlook outlook)
    {
        var when = outlook.Activates <= outlook.Now ? "at once" : "at " + Time(outlook.Activates);
        return $"{outlook.Algorithm}: {outlook.Standby.KeyId} takes over from {outlook.Active.KeyId} {when}. Before that: "
            + (outlook.IsReady ? $"{Holding(outlook)}, and `watchword key rotate` would do it now." : $"{Reason(outlook)}, so that `watchword key rotate` refuses. {Now}.");
    }

    /// <summary>What a rotation did.</summary>
    public static string Done(RotationOutlook outlook) =>
        $"{outlook.Algorithm}: {outlook.Active.KeyId} signs now, and {outlook.Standby.KeyId} is published to sign next.";

    /// <summary>What a revocation did, and until when the key may still be believed.</summary>
    public static string Revoked(IReadOnlyList<KeyChange> changes) =>
        $"{changes[0].KeyId} is revoked: it is no longer published"
        + (changes.FirstOrDefault(change => change.To == KeyState.Active) is { } active ? $", and {active.KeyId} signs in its place" : "")
        + ". Targets refuse it within 10 minutes while they can reach the issuer; one that is cut off goes on for as long as it keeps keys, "
        + "24 hours unless it is set otherwise.";

    /// <summary>Why an operator should wait.</summary>
    public static string WhyNot(RotationOutlook outlook) => $"{outlook.Algorithm}: {Reason(outlook)}";

    private static string Reason(RotationOutlook outlook) => outlook.Now < outlook.Propagates
        ? $"{Holding(outlook)}; the new key was published {Ago(outlook.Now - outlook.Standby.Published)} and is to be known everywhere at {Time(outlook.Propagates)}"
        : Holding(outlook);

    private static string Holding(RotationOutlook outlook)
    {
        var (seen, holding) = outlook.Holders;
        if (seen == 0) return "no target has named itself in the last 24 h";
        var text = $"{holding} of {seen} targets claim to hold the new key";
        if (holding >= seen || outlook.Waiting is not [var latest, ..]) return text;
        return $"{text}; {(seen - holding == 1 ? "the other was" : $"the other {seen - holding} were")} last seen {Ago(outlook.Now - latest.Seen)}";
    }

    private static string Time(DateTimeOffset time) => TimeText.Utc(time);

    private static string Ago(TimeSpan age) => $"{TimeText.Span(age)} ago";
}
