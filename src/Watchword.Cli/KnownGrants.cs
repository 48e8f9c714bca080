// What the issuer has granted to a token's client: told only to whoever may ask that issuer's admin API.
using System.CommandLine;
using System.Text.Json;
using Watchword.AspNetCore.Explanations;

namespace Watchword.Cli;

/// <summary>The grants of one client, one sentence each.</summary>
internal static class KnownGrants
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks the issuer in the data folder, if it is the one that the token names. None, where it is another or there is none.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(ParseResult parsed, Situation situation, Terminal terminal, CancellationToken cancellationToken)
    {
        if (situation.Claim("iss") is not { } issuer || situation.Claim("client_id") is not { Length: > 0 } client)
            return [];
        try
        {
            using var admin = AdminClient.Of(parsed, terminal, Patience);
            var status = await admin.SendAsync(HttpMethod.Get, "status", null, cancellationToken);
            if (status.Text("issuer") != issuer)
                return [];
            var known = await admin.SendAsync(HttpMethod.Get, AdminClient.ClientPath(client), null, cancellationToken);
            return [.. Sentences(client, known)];
        }
        catch (CommandFault nobody) when (nobody.ExitCode == ExitCode.Refused)
        {
            return [$"client {client} is not known to {issuer}"];
        }
        catch (CommandFault nobody)
        {
            // The answer is there without them; only who asked for them has to know that they are missing.
            if (CommonOptions.DataOf(parsed) is not null)
                await terminal.Error.WriteLineAsync(Output.Sentence($"What is granted is not shown: {nobody.Message}"));
            return [];
        }
    }

    private static IEnumerable<string> Sentences(string client, JsonElement known)
    {
        if (known.IsTrue("disabled"))
            yield return $"client {client} is disabled";
        var grants = known.Items("grants").ToArray();
        foreach (var grant in grants)
            yield return $"client {client} may ask for {grant.Text("resource")} {(grant.Texts("scopes") is { Length: > 0 } scopes ? $"with scope {scopes}" : "without a scope")}";
        if (grants.Length == 0)
            yield return $"client {client} may ask for nothing";
    }
}
