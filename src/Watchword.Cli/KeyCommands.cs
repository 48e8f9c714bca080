// `watchword key`: the issuer's keys, and key pairs for encryption (RFC 7517), which are made here and now without asking an issuer.
using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Watchword.Files;
using Watchword.Jwe;

namespace Watchword.Cli;

/// <summary>Makes keys; those of the issuer are in <see cref="IssuerKeyCommands"/>.</summary>
internal static class KeyCommands
{
    private const int LongestKeyId = 128;

    private static string Names => string.Join(", ", KeyManagementAlgorithm.All.Where(algorithm => !algorithm.IsSymmetric));

    public static Command Build(Terminal terminal) => new CliCommand(
        "key",
        "The issuer's signing keys (list, rotate, revoke) and master key (rewrap), and key pairs of services whose tokens are to be encrypted (generate).",
        "watchword key list",
        "watchword key rotate --plan",
        "watchword key generate --out billing-private.jwk > billing-public.jwk")
    {
        IssuerKeyCommands.List(terminal),
        IssuerKeyCommands.Rotate(terminal),
        IssuerKeyCommands.Revoke(terminal),
        Generate(terminal),
        KeyRewrapCommand.Build(terminal),
    };

    private static CliCommand Generate(Terminal terminal)
    {
        var file = new Option<string>("--out")
        {
            Description = "The file to write the private key to; it must not exist yet, and only its owner may read it.",
            HelpName = "FILE",
            Required = true,
        };
        var algorithm = CommonOptions.Text("--algorithm", "NAME", $"What the key is for: ECDH-ES (default, on P-256), or another of {Names}.");
        var name = CommonOptions.Text("--kid", "NAME", "What tokens call the key (default: its thumbprint by RFC 7638).");
        var command = new CliCommand(
            "generate",
            "Make a key pair for encryption: the private key goes into a file, the public one to standard output, both as JWK.",
            "watchword key generate --out billing-private.jwk > billing-public.jwk",
            "watchword key generate --algorithm RSA-OAEP-256 --kid billing-2027 --out billing-private.jwk")
        {
            file, algorithm, name,
        };
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            if (Path.Exists(path))
                throw CommandFault.Refused($"'{path}' exists already, and a key is never written over anything; give another name.");

            using var key = DecryptionKey.Generate(AlgorithmOf(parsed.GetValue(algorithm)), NameOf(parsed.GetValue(name)));
            PrivateFile.WriteNew(path, [.. Json(key.ToPrivateJwk().WritePrivateTo), (byte)'\n']);
            var output = Output.Of(parsed, terminal);
            output.Json(key.ToEncryptionKey().ToJwk().WritePublicTo);
            if (!output.IsJson)
                output.Note($"The private key is in {path}: it belongs to the service that the tokens are for, and to nobody else.");
            return ExitCode.Done;
        });
        return command;
    }

    private static KeyManagementAlgorithm AlgorithmOf(string? name) => name is null ? KeyManagementAlgorithm.EcdhEs
        : KeyManagementAlgorithm.TryFind(name, out var found) && !found.IsSymmetric ? found
        : throw CommandFault.Misuse($"--algorithm '{name}' is not one of a key pair; it is one of {Names}.");

    private static string? NameOf(string? name) => name is null or { Length: > 0 and <= LongestKeyId } && name?.AsSpan().ContainsAnyExceptInRange('!', '~') != true
        ? name
        : throw CommandFault.Misuse("--kid is 1 to 128 printable ASCII characters without spaces; choose another name.");

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(text))
            write(writer);
        return text.WrittenSpan.ToArray();
    }
}
