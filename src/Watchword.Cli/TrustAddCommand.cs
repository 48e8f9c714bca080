// `watchword trust add`: registers a service that issues for itself, or another issuer.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Registers an issuer.</summary>
internal static class TrustAddCommand
{
    private const int LongestKeys = 48 * 1024;

    public static CliCommand Build(Terminal terminal)
    {
        var issuer = CommonOptions.Id("ISSUER", "The issuer's identifier, exactly as its tokens name it in iss.");
        var scopes = CommonOptions.Scope("A scope that its tokens may hold, or * alone for all; repeat it for more. Without it: none.");
        var subjects = CommonOptions.Texts("--subject", "SUBJECT", "For whom it may speak: a subject, a beginning and *, or * alone for everybody; repeat it for more. Without it: for itself alone.");
        var keysFile = CommonOptions.Text("--jwks-file", "FILE", "Its public keys, a JWKS or one JWK, to write into the bundle; - for standard input. Without keys, targets fetch them from its metadata.");
        var keysUri = CommonOptions.Text("--jwks-uri", "URL", "Where targets fetch its key set from.");
        var metadataUri = CommonOptions.Text("--metadata-uri", "URL", "Where targets fetch its metadata from, if not from the usual place below its own URL.");
        var algorithms = CommonOptions.Texts("--algorithm", "NAME", "An algorithm that its tokens may be signed by; repeat it for more. Without it: those of its keys.");
        var lifetime = CommonOptions.Duration("--max-lifetime", "The longest life of its tokens, 1s to 24h. Without it: what each target allows.");
        var profile = CommonOptions.Text("--profile", "NAME", "The form of its tokens, for stock issuers: rfc9068 (default), keycloak, entra, entra-delegated, okta or duende.");
        var comment = CommonOptions.Text("--comment", "TEXT", "A note for people, which everybody can read in the bundle.");
        var replace = new Option<bool>("--replace") { Description = "Put this in the place of what is registered for the issuer." };
        var command = new CliCommand(
            "add",
            "Register a service that issues for itself, or another issuer, so that targets trust it. The bundle with it is published at once, "
            + "unless the published one is signed.",
            "watchword trust add https://orders.internal --scope invoices:read",
            "watchword trust add https://idp.example/realms/main --profile keycloak --subject \"service-*\" --scope \"*\"")
        {
            issuer, scopes, subjects, keysFile, keysUri, metadataUri, algorithms, lifetime, profile, comment, replace,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var keys = parsed.GetValue(keysFile) is { } file ? ReadKeys(terminal, file) : null;
            var body = JsonFields.Body(writer =>
            {
                writer.WriteString("issuer", parsed.GetRequiredValue(issuer));
                writer.WriteOptional("comment", parsed.GetValue(comment));
                if (keys is not null)
                {
                    writer.WritePropertyName("jwks");
                    writer.WriteRawValue(keys);
                }

                writer.WriteOptional("jwks_uri", parsed.GetValue(keysUri));
                writer.WriteOptional("metadata_uri", parsed.GetValue(metadataUri));
                WriteList(writer, "algorithms", parsed.GetValue(algorithms) ?? []);
                WriteList(writer, "subjects", parsed.GetValue(subjects) ?? []);
                WriteList(writer, "scopes", [.. CommonOptions.Split(parsed.GetValue(scopes))]);
                writer.WriteOptional("max_lifetime", parsed.GetValue(lifetime));
                writer.WriteOptional("profile", parsed.GetValue(profile));
            });
            using var admin = AdminClient.Of(parsed, terminal);
            var answer = await admin.SendAsync(parsed.GetValue(replace) ? HttpMethod.Put : HttpMethod.Post, "trust", body, cancellationToken);
            TrustCommands.PrintEntry(Output.Of(parsed, terminal), answer);
            return ExitCode.Done;
        });
        return command;
    }

    // A key set as it is, or one key as a set.
    private static string ReadKeys(Terminal terminal, string file)
    {
        var text = file == "-" ? SmallInput.OfStandardInput(terminal, "key set", LongestKeys) : SmallInput.OfFile(file, "--jwks-file", LongestKeys);
        try
        {
            var json = JsonElement.Parse(text, JsonFields.Strict);
            if (json.ValueKind == JsonValueKind.Object)
                return json.TryGetProperty("kty", out _) ? $$"""{"keys":[{{text}}]}""" : text;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw CommandFault.Misuse($"--jwks-file {file} is not a JSON Web Key Set; give the service's public keys, as it publishes them at its jwks_uri.");
    }

    // What is left out is not trusted, so that an empty list is never sent.
    private static void WriteList(Utf8JsonWriter writer, string name, string[] texts)
    {
        if (texts.Length > 0)
            writer.WriteTexts(name, texts);
    }
}
