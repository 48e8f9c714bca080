// How a judgement is printed: sentences for people, the same members as a target's own explanation for programs.
using Watchword.AspNetCore.Explanations;
using Watchword.Jwt;

namespace Watchword.Cli;

/// <summary>Prints what a target would do with a token.</summary>
internal static class JudgementText
{
    public static void Print(Output output, Judgement judgement, IReadOnlyList<string> grants, DateTimeOffset now)
    {
        if (output.IsJson)
            PrintJson(output, judgement, grants);
        else
            PrintText(output, judgement, grants, now);
    }

    private static void PrintText(Output output, Judgement judgement, IReadOnlyList<string> grants, DateTimeOffset now)
    {
        if (judgement.Refusal is { } refusal)
        {
            output.Line($"{Headline(judgement.ExitCode)} {refusal.Code}: {refusal.Detail}");
            output.Fields(("expected:", refusal.Expected), ("got:", refusal.Got));
            foreach (var mend in refusal.Mend)
                output.Line($"- {mend}");
        }
        else
        {
            var token = judgement.Caller!.Token;
            output.Line($"The target would accept this token: it is client {token.ClientId} of {token.Issuer}, {Scope(token)}, for {(token.ExpiresAt - now).TotalSeconds:F0} s more. "
                + $"How far that issuer is trusted stands in {judgement.Situation.Entry}.");
        }
        foreach (var other in judgement.Beside)
            output.Line($"Beside that: {other.Code}: {other.Message}{(other.Detail is { } detail ? $" {detail}." : "")}");
        foreach (var grant in grants)
            output.Line($"At the issuer: {grant}.");
    }

    private static void PrintJson(Output output, Judgement judgement, IReadOnlyList<string> grants) => output.Done("", json =>
    {
        json.WriteBoolean("accepted", judgement.Refusal is null);
        if (judgement.Refusal is { } refusal)
        {
            ExplanationBody.WriteMembers(json, refusal);
        }
        else
        {
            json.WriteString("issuer", judgement.Caller!.Token.Issuer);
            json.WriteString("client_id", judgement.Caller.Token.ClientId);
            json.WriteOptional("scope", judgement.Caller.Token.Scope);
        }
        json.WriteStartArray("beside");
        foreach (var other in judgement.Beside)
        {
            json.WriteStartObject();
            json.WriteString("code", other.Code);
            json.WriteOptional("claim", other.Claim);
            json.WriteString("message", other.Message);
            json.WriteOptional("detail", other.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteTexts("grants", grants);
    });

    private static string Headline(int exitCode) => exitCode switch
    {
        ExitCode.Refused => "The target would refuse this token.",
        ExitCode.Unreachable => "What decides could not be fetched; as it is, the target would refuse this token.",
        _ => "It cannot be told here what the target would do.",
    };

    private static string Scope(VerifiedJwt token) => token.Scope is { } scope ? $"with scope {scope}" : "without a scope";
}
