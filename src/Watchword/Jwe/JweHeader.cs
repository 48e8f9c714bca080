// The protected header of an encrypted token, read strictly (RFC 7516 §4). What could choose a key from elsewhere is ignored on purpose.
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Keys;

namespace Watchword.Jwe;

internal sealed class JweHeader
{
    private const int UsualMembers = 8;

    public required KeyManagementAlgorithm Algorithm { get; init; }

    public required ContentEncryption Encryption { get; init; }

    public string? KeyId { get; init; }

    public string? ContentType { get; init; }

    /// <summary><c>epk</c>: there for ECDH-ES, null for everything else. Whether its point is on the recipient's curve is not known yet.</summary>
    public Jwk? EphemeralKey { get; init; }

    /// <summary><c>apu</c>, decoded.</summary>
    public byte[] PartyU { get; init; } = [];

    /// <summary><c>apv</c>, decoded.</summary>
    public byte[] PartyV { get; init; } = [];

    /// <summary>Whether the content is a token itself (RFC 7519 §5.2).</summary>
    public bool HoldsToken => ContentType is not null
        && (ContentType.Equals("JWT", StringComparison.OrdinalIgnoreCase) || ContentType.Equals("application/jwt", StringComparison.OrdinalIgnoreCase));

    /// <summary>Decodes and reads a header; false where it is not acceptable whatever the key.</summary>
    public static bool TryRead(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out JweHeader? header, [NotNullWhen(false)] out Rejection? rejection) =>
        HeaderText.TryRead(encoded, Parse, out header, out rejection);

    private static Rejection? Parse(ReadOnlySpan<byte> json, out JweHeader? header)
    {
        header = null;
        var members = default(Members);
        using (var reader = new JsonObjectReader(json, stackalloc MemberNames.Entry[UsualMembers]))
        {
            while (reader.Next(out var name, out var value))
                members.Keep(json, name, value);
        }
        if (members.Fault(json, out var algorithm, out var encryption) is { } fault)
            return fault;
        if (!TryReadParty(json, members.PartyU, out var partyU) || !TryReadParty(json, members.PartyV, out var partyV))
            return Malformed("The token's header has an apu or apv that is not base64url.");
        Jwk? ephemeral = null;
        if (algorithm!.KeyType == "EC" && !TryReadEphemeral(json, members.EphemeralKey, out ephemeral))
            return Malformed("The token's header has no epk that is a public key (RFC 7518 section 4.6.1.1).");
        header = new JweHeader
        {
            Algorithm = algorithm,
            Encryption = encryption!,
            KeyId = members.KeyId.Exists ? members.KeyId.Text(json) : null,
            ContentType = members.ContentType.Exists ? members.ContentType.Text(json) : null,
            EphemeralKey = ephemeral,
            PartyU = partyU,
            PartyV = partyV,
        };
        return null;
    }

    private static bool TryReadParty(ReadOnlySpan<byte> json, JsonValue value, out byte[] party)
    {
        party = [];
        if (!value.Exists)
            return true;
        if (!value.IsString || Base64UrlText.Decode(value.Text(json)) is not { } decoded)
            return false;
        party = decoded;
        return true;
    }

    private static bool TryReadEphemeral(ReadOnlySpan<byte> json, JsonValue value, out Jwk? key)
    {
        key = null;
        if (value.Type != JsonTokenType.StartObject)
            return false;
        try
        {
            key = Jwk.Parse(value.Raw(json));
            return key is { KeyType: "EC", Curve: not null, X: not null, Y: not null, IsPrivate: false };
        }
        catch (InvalidKeyException)
        {
            return false;
        }
    }

    private static Rejection Malformed(string message) => HeaderText.Malformed(message);

    /// <summary>Where the members that matter stand.</summary>
    private struct Members
    {
        public JsonValue KeyId;
        public JsonValue ContentType;
        public JsonValue EphemeralKey;
        public JsonValue PartyU;
        public JsonValue PartyV;
        private JsonValue _algorithm;
        private JsonValue _encryption;
        private bool _extended;
        private bool _compressed;

        public void Keep(ReadOnlySpan<byte> json, JsonValue name, JsonValue value)
        {
            if (name.TextEquals(json, "alg"u8))
                _algorithm = value;
            else if (name.TextEquals(json, "enc"u8))
                _encryption = value;
            else if (name.TextEquals(json, "kid"u8))
                KeyId = value;
            else if (name.TextEquals(json, "cty"u8))
                ContentType = value;
            else if (name.TextEquals(json, "epk"u8))
                EphemeralKey = value;
            else if (name.TextEquals(json, "apu"u8))
                PartyU = value;
            else if (name.TextEquals(json, "apv"u8))
                PartyV = value;
            else if (name.TextEquals(json, "crit"u8))
                _extended = true;
            else if (name.TextEquals(json, "zip"u8))
                _compressed = true;
        }

        // No extension is understood (RFC 7516 §4.1.13), and nothing is ever decompressed: a small token must not become a large one.
        public readonly Rejection? Fault(ReadOnlySpan<byte> json, out KeyManagementAlgorithm? algorithm, out ContentEncryption? encryption)
        {
            algorithm = null;
            encryption = null;
            if (_extended)
                return new Rejection(RejectionCode.UnsupportedCritical, "The token demands an extension that is not supported.", "crit");
            if (_compressed)
                return new Rejection(RejectionCode.UnsupportedAlgorithm, "The token is compressed, which is not supported.", "zip");
            if ((KeyId.Exists && !KeyId.IsString) || (ContentType.Exists && !ContentType.IsString))
                return Malformed("The token's header has a kid or cty that is not a string.");
            return Named(json, _algorithm, "alg", out var algorithmName) ?? Named(json, _encryption, "enc", out var encryptionName)
                ?? (KeyManagementAlgorithm.TryFind(algorithmName, out algorithm) ? null : Unsupported("alg", algorithmName!))
                ?? (ContentEncryption.TryFind(encryptionName, out encryption) ? null : Unsupported("enc", encryptionName!));
        }

        private static Rejection? Named(ReadOnlySpan<byte> json, JsonValue value, string member, out string? name)
        {
            name = value.IsString ? value.Text(json) : null;
            if (!value.Exists)
                return new Rejection(RejectionCode.UnsupportedAlgorithm, $"The token names no {member}.", member);
            return value.IsString ? null : Malformed($"The token's header has an {member} that is not a string.");
        }

        private static Rejection Unsupported(string member, string name) =>
            new(RejectionCode.UnsupportedAlgorithm, $"The token's {member} is not supported.", member, $"{member} is '{name}'");
    }
}
