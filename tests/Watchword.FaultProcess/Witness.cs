// Stands between the client library and the network, and counts what targets make of each token; no second attempt hides a refusal.
using System.Net;

namespace Watchword.FaultProcess;

internal sealed class Witness(CalledTarget target, Tally tally, SeenTokens tokens, HttpMessageHandler network) : DelegatingHandler(network)
{
    /// <summary>How long an answer may take. On a busy machine whole processes stand still for many seconds, which is no refusal.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>What is counted of an answer that took longer.</summary>
    public static readonly string NoAnswer = $"failed: no answer within {LongestWait.TotalSeconds:0} seconds";

    private const int LongestReason = 120;

    public static string Reason(HttpResponseMessage answer)
    {
        var challenge = answer.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values.ToString() : "";
        return $"{(int)answer.StatusCode} {challenge[..Math.Min(challenge.Length, LongestReason)]}".TrimEnd();
    }

    /// <summary>The rejection's code in the challenge; the status where there is none.</summary>
    public static string Code(HttpResponseMessage answer) =>
        answer.Headers.WwwAuthenticate.ToString().Split("error_description=\"") is [_, var text] ? text.Split(':')[0] : $"{(int)answer.StatusCode}";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = tokens.See(request.Headers.Authorization!.Parameter!);
        var mustBeRefused = tokens.MustBeRefused(token);
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.OK && mustBeRefused)
            tally.Count(target, "wrongly accepted: a token by a revoked key");
        else if (answer.StatusCode != HttpStatusCode.OK)
            tally.Count(target, tokens.IsRevoked(token) ? "refused with a revoked key" : "wrongly refused: " + Reason(answer));
        return answer;
    }
}
