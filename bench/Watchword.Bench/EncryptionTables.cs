// PERFORMANCE: decrypt and encrypt, per mode, against the bare primitive, jose-jwt and Microsoft.IdentityModel, with the bytes allocated.
using System.Globalization;
using System.Text;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Bench;

internal static class EncryptionTables
{
    private const int Rounds = 15;

    private static readonly (KeyManagementAlgorithm Algorithm, ContentEncryption Encryption)[] Modes =
    [
        (KeyManagementAlgorithm.Direct, ContentEncryption.A256Gcm),
        (KeyManagementAlgorithm.Direct, ContentEncryption.A256CbcHs512),
        (KeyManagementAlgorithm.A128KW, ContentEncryption.A256Gcm),
        (KeyManagementAlgorithm.A256KW, ContentEncryption.A256CbcHs512),
        (KeyManagementAlgorithm.RsaOaep, ContentEncryption.A256CbcHs512),
        (KeyManagementAlgorithm.RsaOaep256, ContentEncryption.A256Gcm),
        (KeyManagementAlgorithm.EcdhEs, ContentEncryption.A256Gcm),
        (KeyManagementAlgorithm.EcdhEsA128KW, ContentEncryption.A256Gcm),
    ];

    public static string Write(IReadOnlyList<string> names, Action<string> progress)
    {
        var content = new Workload(SignatureAlgorithm.ES256).Token;
        var decrypt = new StringBuilder(Head("Decrypt"));
        var encrypt = new StringBuilder(Head("Encrypt"));
        foreach (var (algorithm, encryption) in Modes.Where(mode => names.Count == 0 || names.Contains(mode.Algorithm.Name)))
        {
            progress($"{algorithm}, {encryption}");
            using var work = new EncryptionWork(algorithm, encryption, content);
            decrypt.Append(Row(work.Name, Measurement.Compare(work.Decrypters(), Rounds)));
            encrypt.Append(Row(work.Name, Measurement.Compare(work.Encrypters(), Rounds)));
        }
        return $"{decrypt}\n{encrypt}";
    }

    private static string Head(string title) => $"""
        ### {title}

        | mode | bare primitive | jose-jwt | Microsoft.IdentityModel | ours | jose-jwt ÷ ours |
        |---|---|---|---|---|---|

        """.ReplaceLineEndings("\n");

    private static string Row(string name, IReadOnlyList<Measurement> measured)
    {
        var (bare, peer, ours) = (measured[0], measured[1], measured[2]);
        var microsoft = measured.Count > 3 ? Cell(measured[3], bare) : "–";
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {bare.Nanoseconds / 1000:F2} µs, {bare.Bytes:F0} B, ±{bare.Spread / 2:P0} | {Cell(peer, bare)} | {microsoft} | {Cell(ours, bare)} | {peer.Nanoseconds / ours.Nanoseconds:F2} |\n");
    }

    private static string Cell(Measurement m, Measurement bare) =>
        string.Create(CultureInfo.InvariantCulture, $"{m.Nanoseconds / bare.Nanoseconds:F2} × ({m.Nanoseconds / 1000:F2} µs, {m.Bytes:F0} B)");
}
