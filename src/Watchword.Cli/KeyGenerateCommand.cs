// `watchword key generate`: a key pair (RFC 7517), made here and now; no issuer is asked.
using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Watchword.Files;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Cli;

/// <summary>Makes a key pair.</summary>
internal static class KeyGenerateCommand
{
    private const int LongestKeyId = 128;

    private static string Names => string.Join(", ", KeyManagementAlgorithm.All.Where(algorithm => !algorithm.IsSymmetric).Select(algorithm => algorithm.Name));

    private static string SigningNames => string.Join(", ", SignatureAlgorithm.All.Where(algorithm => !algorithm.IsSymmetric).Select(algorithm => algorithm.Name));

    public static CliCommand Build(Terminal terminal)
    {
        var file = new Option<string>("--out")
        {
            Description = "The file to write the private key to; it must not exist yet, and only its owner may read it.",
            HelpName = "FILE",
            Required = true,
        };
        var algorithm = CommonOptions.Text(
            "--algorithm", "NAME", $"What the key is for. Encryption: ECDH-ES (default, on P-256), or another of {Names}. Signing: one of {SigningNames}.");
        var name = CommonOptions.Text("--kid", "NAME", "What tokens call the key (default: its thumbprint by RFC 7638).");
        var command = new CliCommand(
            "generate",
            "Make a key pair, for encryption or for signing: the private key goes into a file, the public one to standard output, both as JWK.",
            "watchword key generate --out billing-private.jwk > billing-public.jwk",
            "watchword key generate --algorithm RSA-OAEP-256 --kid billing-2027 --out billing-private.jwk",
            "watchword key generate --algorithm ES256 --out bundle-private.jwk > bundle-public.jwk")
        {
            file, algorithm, name,
        };
        command.SetAction(parsed =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file));
            if (Path.Exists(path))
                throw CommandFault.Refused($"'{path}' exists already, and a key is never written over anything; give another name.");

            var (secret, shown, owner) = Generate(parsed.GetValue(algorithm), NameOf(parsed.GetValue(name)));
            PrivateFile.WriteNew(path, [.. Json(secret.WritePrivateTo), (byte)'\n']);
            var output = Output.Of(parsed, terminal);
            output.Json(shown.WritePublicTo);
            if (!output.IsJson)
                output.Note($"The private key is in {path}: it belongs to {owner}, and to nobody else.");
            return ExitCode.Done;
        });
        return command;
    }

    private static (Jwk Secret, Jwk Shown, string Owner) Generate(string? algorithm, string? keyId)
    {
        if (SignatureAlgorithm.TryFind(algorithm, out var signing) && !signing.IsSymmetric)
        {
            using var pair = SigningKey.Generate(signing, keyId);
            return (pair.ToPrivateJwk(), pair.ToVerificationKey().ToJwk(), "whoever signs with it");
        }
        using var key = DecryptionKey.Generate(EncryptionAlgorithm(algorithm), keyId);
        return (key.ToPrivateJwk(), key.ToEncryptionKey().ToJwk(), "the service that the tokens are for");
    }

    private static KeyManagementAlgorithm EncryptionAlgorithm(string? name) => name is null ? KeyManagementAlgorithm.EcdhEs
        : KeyManagementAlgorithm.TryFind(name, out var found) && !found.IsSymmetric ? found
        : throw CommandFault.Misuse($"--algorithm '{name}' is not one of a key pair; it is one of {Names}, {SigningNames}.");

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
