// Any text as a token, by every way in. Only a token of the corpus can be good: nobody else has the keys.
using System.Text;
using Watchword.Jwt;

namespace Watchword.Fuzz;

internal static class TokenTarget
{
    private const int GoodSeeds = 6;
    private static readonly HashSet<string> Signed = [.. Trusted.Seeds("token")];

    // It has seen every good header; one that is made for each input has seen none.
    private static readonly JwtVerifier Warm = Warmed();

    public static void Run(byte[] input)
    {
        var text = Encoding.Latin1.GetString(input);
        var cold = Trusted.Verifier();
        var verdict = cold.Verify(input);
        var claims = new byte[input.Length];
        Same(verdict, cold.Verify(input, claims, out var written), "into a buffer");
        Finding.Unless(verdict.IsAccepted ? claims.AsSpan(0, written).SequenceEqual(verdict.Token.Claims.Span) : written == 0, "the claims written are not those of the verdict");
        if (input.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)0x7f))
            Finding.Unless(!verdict.IsAccepted && !Warm.Verify(text).IsAccepted, "accepted although not ASCII");
        else
            Same(verdict, Warm.Verify(text).Rejection, "once its header is known");
        var gate = Trusted.Gate();
        Finding.Unless(gate.VerifyAsync(text).AsTask().Result.IsAccepted == verdict.IsAccepted, "the gate says otherwise");
        var seen = gate.Examine(text);
        Finding.Unless(!seen.IsSigned || Signed.Contains(text), "what nobody signed is explained as signed");
        Finding.Unless(!verdict.IsAccepted || (seen.IsSigned && seen.ClaimFaults.Count == 0), "accepted, but explained as at fault");
        var signed = new JwsVerifier(Trusted.Keys).TryVerify(input, out var payload, out _);
        Finding.Unless(!signed || Signed.Contains(text), "a signature nobody made is good");
        Finding.Unless(!verdict.IsAccepted || (signed && verdict.Token.Claims.Span.SequenceEqual(payload)), "accepted without a good signature");
        Finding.Unless(UnverifiedJwt.TryRead(text, out _, out var unread) || !verdict.IsAccepted, $"accepted, but cannot be read: {unread}");
    }

    private static void Same(Verdict verdict, Rejection? other, string where) =>
        Finding.Unless(verdict.Rejection?.Code == other?.Code, $"{verdict.Rejection?.Code ?? "accepted"}, but {other?.Code ?? "accepted"} {where}");

    private static JwtVerifier Warmed()
    {
        var verifier = Trusted.Verifier();
        // A corpus that went stale would make a target that finds nothing.
        Finding.Unless(Signed.Count(token => verifier.Verify(token).IsAccepted) == GoodSeeds, "the good seeds are good no more");
        return verifier;
    }
}
