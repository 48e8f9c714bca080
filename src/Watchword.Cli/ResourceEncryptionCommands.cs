// `watchword resource encryption`: to whose key the tokens of a resource are encrypted.
using System.CommandLine;
using System.Text.Json;

namespace Watchword.Cli;

/// <summary>Sets and clears what a resource's tokens are encrypted to, and says in words what is set.</summary>
internal static class ResourceEncryptionCommands
{
    private const int LongestKey = 32 * 1024;

    public static Command Build(Terminal terminal) => new CliCommand(
        "encryption",
        "Encrypt the tokens of a resource to its public key, so that nobody on the way can read them. Callers notice nothing of it.",
        "watchword key generate --out billing-private.jwk > billing-public.jwk",
        "watchword resource encryption set https://billing --key billing-public.jwk",
        "watchword resource encryption clear https://billing")
    {
        Set(terminal),
        Clear(terminal),
    };

    /// <summary>The encryption of a resource in one word, for a table.</summary>
    public static string Word(JsonElement resource) => !resource.TryGetProperty("encryption", out var encryption) ? "none"
        : encryption.Text("alg") is { Length: > 0 } algorithm ? algorithm
        : encryption.Text("warning").Length > 0 ? "no key" : "not fetched yet";

    /// <summary>The encryption of a resource as names and values.</summary>
    public static (string Name, string? Value)[] Fields(JsonElement resource)
    {
        if (!resource.TryGetProperty("encryption", out var encryption))
            return [];
        return
        [
            ("encryption", $"{Word(resource)}, {encryption.Text("enc")}"),
            ("encryption key", encryption.Text("kid")),
            ("published at", encryption.Text("url")),
        ];
    }

    /// <summary>Says on standard error why no key can be had, if that is so.</summary>
    public static void Warn(Output output, JsonElement resource)
    {
        if (resource.TryGetProperty("encryption", out var encryption) && encryption.Text("warning") is { Length: > 0 } warning)
        {
            output.Note(encryption.Text("alg").Length > 0
                ? $"warning: {warning} The key that was fetched last is used on, for 24 hours at most."
                : $"warning: {warning} Until the key can be had, no token is issued for this resource.");
        }
    }

    private static CliCommand Set(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", "The resource whose tokens are to be encrypted.");
        var key = CommonOptions.Text("--key", "FILE", "The file with its public key, a JWK; - for standard input.");
        var url = CommonOptions.Text("--url", "URL", "Where it publishes its public keys instead; the first one that can be used is taken, and looked for anew every ten minutes.");
        var content = CommonOptions.Text("--enc", "NAME", "What the content is encrypted with: A256GCM (default), A128GCM, A128CBC-HS256 or A256CBC-HS512.");
        var command = new CliCommand(
            "set",
            "Encrypt every token of a resource from now on. While a published key cannot be had, no token is issued for it.",
            "watchword resource encryption set https://billing --key billing-public.jwk",
            "watchword resource encryption set https://billing --url https://billing.internal/.well-known/watchword/keys")
        {
            id, key, url, content,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (file, place) = (parsed.GetValue(key), parsed.GetValue(url));
            if (file is null == place is null)
                throw CommandFault.Misuse("Say in one way where the key is: --key FILE or --url URL.");

            var jwk = file is null ? null : ReadKey(terminal, file);
            var body = JsonFields.Body(writer =>
            {
                if (jwk is not null)
                {
                    writer.WritePropertyName("jwk");
                    writer.WriteRawValue(jwk);
                }

                writer.WriteOptional("url", place);
                writer.WriteOptional("enc", parsed.GetValue(content));
            });
            using var admin = AdminClient.Of(parsed, terminal);
            var resource = await admin.SendAsync(HttpMethod.Put, PathOf(parsed.GetRequiredValue(id)), body, cancellationToken);
            var output = Output.Of(parsed, terminal);
            if (output.IsJson)
                output.Json(resource);
            else
                output.Fields([("resource", resource.Text("resource")), .. Fields(resource)]);
            Warn(output, resource);
            return ExitCode.Done;
        });
        return command;
    }

    private static CliCommand Clear(Terminal terminal)
    {
        var id = CommonOptions.Id("RESOURCE", "The resource whose tokens are encrypted.");
        var command = new CliCommand(
            "clear",
            "Encrypt the tokens of a resource no longer. Make sure first that it takes tokens that are only signed.",
            "watchword resource encryption clear https://billing")
        {
            id,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var admin = AdminClient.Of(parsed, terminal);
            var resource = parsed.GetRequiredValue(id);
            await admin.SendAsync(HttpMethod.Delete, PathOf(resource), null, cancellationToken);
            Output.Of(parsed, terminal).Done($"The tokens of {resource} are no longer encrypted.", writer =>
            {
                writer.WriteString("resource", resource);
                writer.WriteBoolean("cleared", true);
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static string PathOf(string resource) => "resources/encryption" + AdminClient.Query(("resource", resource));

    private static string ReadKey(Terminal terminal, string file)
    {
        var text = file == "-" ? SmallInput.OfStandardInput(terminal, "public key", LongestKey) : SmallInput.OfFile(file, "--key", LongestKey);
        try
        {
            if (JsonElement.Parse(text, JsonFields.Strict).ValueKind == JsonValueKind.Object)
                return text;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw CommandFault.Misuse($"--key {file} is not a JSON Web Key; give the public key that `watchword key generate` printed.");
    }
}
