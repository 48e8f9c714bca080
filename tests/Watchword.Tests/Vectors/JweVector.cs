// The examples of encryption in the RFCs, word by word. Bytes are base64url where the RFC has a JWK, hexadecimal where it has octets.
using System.Text.Json;

namespace Watchword.Tests.Vectors;

/// <summary>An encrypted example: the key as a JWK with its private half, the plaintext and the compact serialisation.</summary>
public sealed record JweVector(string Source, string Alg, string Enc, JsonElement Key, string Plaintext, string Token);

public sealed record JweVectors(JweVector[] Good, RefusedVector[] Refused)
{
    public static IEnumerable<JweVectors> All => [VectorFile.Read<JweVectors>("rfc7516-appendix-a.json"), VectorFile.Read<JweVectors>("rfc7520-section-5.json")];
}

/// <summary>The nested example of RFC 7520 §6: a signed token inside an encrypted one.</summary>
public sealed record NestedVector(string Source, string SigningAlgorithm, JsonElement SigningKey, string Alg, JsonElement Key, string Claims, string Token);

/// <summary>One case of a content encryption, hexadecimal.</summary>
public sealed record ContentVector(string Source, string Enc, string Key, string Plaintext, string Nonce, string Header, string Ciphertext, string Tag);

public sealed record UnsupportedVector(string Source, string Enc);

public sealed record ContentVectors(ContentVector[] Good, UnsupportedVector[] Unsupported);

/// <summary>The key agreement of RFC 7518 appendix C.</summary>
public sealed record AgreementVector(
    string Source, string Enc, JsonElement Ephemeral, JsonElement Recipient, string PartyU, string PartyV, string Secret, string Derived);

/// <summary>A wrapped key of RFC 3394, hexadecimal.</summary>
public sealed record WrapVector(string Source, string Wrapper, string Key, string Wrapped);

