// Good tokens, each with one thing odd about it, for every kind of key: what the differential test puts before the judges.
using System.Security.Cryptography;
using System.Text;
using Watchword.Tests.Attacks;

namespace Watchword.Tests.Contract;

/// <summary>A token that is being put together. Whoever makes it odd changes a part of it.</summary>
internal sealed class Draft(string algorithm, long now, Random random)
{
    public List<(string Name, string Json)> Header { get; } =
        [("alg", $"\"{algorithm}\""), ("typ", "\"at+jwt\""), ("kid", algorithm switch { "HS256" => "\"oct\"", "RS256" => "\"rsa\"", _ => "\"ec\"" })];

    public List<(string Name, string Json)> Claims { get; } =
    [
        ("iss", $"\"{TokenForge.Issuer}\""), ("sub", $"\"orders-{random.Next(100)}\""), ("aud", $"\"{TokenForge.Audience}\""), ("client_id", "\"orders\""),
        ("iat", $"{now - random.Next(60, 600)}"), ("exp", $"{now + random.Next(3600, 7200)}"), ("jti", $"\"{random.Next()}\""), ("scope", "\"invoices:read\""),
    ];

    public Func<string, string> HeaderText { get; set; } = text => text;

    public Func<string, byte[]> ClaimsBytes { get; set; } = Encoding.UTF8.GetBytes;

    public Func<string, string> HeaderSpelling { get; set; } = text => text;

    public Func<string, string> ClaimsSpelling { get; set; } = text => text;

    public Func<byte[], byte[]> Signature { get; set; } = algorithm switch
    {
        "HS256" => data => HMACSHA256.HashData(TokenForge.Secret, data),
        "RS256" => TokenForge.SignRsa,
        _ => TokenForge.SignEc,
    };

    public Func<string, string> Whole { get; set; } = token => token;

    public void SetHeader(string name, string? json) => Set(Header, name, json);

    public void SetClaim(string name, string? json) => Set(Claims, name, json);

    public string Token()
    {
        var claims = Claims.ToArray();
        random.Shuffle(claims);
        return Whole(TokenForge.SignEncoded(
            HeaderSpelling(TokenForge.Base64Url(HeaderText(Object(Header)))), ClaimsSpelling(TokenForge.Base64Url(ClaimsBytes(Object(claims)))), Signature));
    }

    private static void Set(List<(string Name, string Json)> members, string name, string? json)
    {
        members.RemoveAll(member => member.Name == name);
        if (json is not null)
            members.Add((name, json));
    }

    private static string Object(IEnumerable<(string Name, string Json)> members) => $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Json}"))}}}";
}

internal static class OddTokens
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>What is odd, by its name, at a time in seconds since 1970.</summary>
    public static Dictionary<string, Action<Draft>> All(long now) => new(
    [
        new("nothing", _ => { }),
        .. OddHeaders.All,
        .. OddClaims.All(now),
        new("= after the header", draft => draft.HeaderSpelling = text => text + "="),
        new("= after the claims", draft => draft.ClaimsSpelling = text => text + "="),
        new("= after the signature", draft => draft.Whole = token => token + "="),
        new("a space after the header", draft => draft.HeaderSpelling = text => text + " "),
        new("a line feed in the claims", draft => draft.ClaimsSpelling = text => text.Insert(text.Length / 2, "\n")),
        new("trailing bits in the header", draft => { draft.HeaderText = Unaligned; draft.HeaderSpelling = Respelt; }),
        new("trailing bits in the claims", draft => { draft.ClaimsBytes = text => Encoding.UTF8.GetBytes(Unaligned(text)); draft.ClaimsSpelling = Respelt; }),
        new("trailing bits in the signature", draft => draft.Whole = Respelt),
        new("a space after the token", draft => draft.Whole = token => token + " "),
        new("a space before the token", draft => draft.Whole = token => " " + token),
        new("Bearer before the token", draft => draft.Whole = token => "Bearer " + token),
        new("a fourth part", draft => draft.Whole = token => token + ".e30"),
        new("a dot at the end", draft => draft.Whole = token => token + "."),
        new("no signature", draft => draft.Signature = _ => []),
        new("two parts", draft => draft.Whole = token => token[..token.LastIndexOf('.')]),
        new("a signature of zeros", draft => Sign(draft, good => new byte[good.Length])),
        new("a signature cut by a byte", draft => Sign(draft, good => good[..^1])),
        new("a signature with a byte more", draft => Sign(draft, good => [.. good, 0])),
        new("a signature with a bit changed", draft => Sign(draft, good => [.. good[..^1], (byte)(good[^1] ^ 1)])),
        new("a signature in DER", draft => draft.Signature = Der),
        new("another token's signature", draft => Sign(draft, _ => TokenForge.SignEc("another"u8.ToArray()))),
        new("HMAC by the public key", draft =>
        {
            draft.SetHeader("alg", "\"HS256\"");
            draft.Signature = data => HMACSHA256.HashData(TokenForge.Rsa.ExportSubjectPublicKeyInfo(), data);
        }),
        new("more than 16 KiB", draft => draft.SetClaim("x", $"\"{new string('x', 13_000)}\"")),
        new("the JSON serialisation", draft => draft.Whole = token => token.Split('.') is [var header, var claims, var signature]
            ? $$"""{"protected":"{{header}}","payload":"{{claims}}","signature":"{{signature}}"}""" : token),
    ]);

    private static byte[] Der(byte[] data)
    {
        lock (TokenForge.Ec)
            return TokenForge.Ec.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static void Sign(Draft draft, Func<byte[], byte[]> change)
    {
        var sign = draft.Signature;
        draft.Signature = data => change(sign(data));
    }

    // A text whose length leaves bits over in base64.
    private static string Unaligned(string json) => json[..^1] + new string(' ', 3 - Encoding.UTF8.GetByteCount(json) % 3 + 1) + "}";

    private static string Respelt(string text) => text.Length % 4 == 0 ? text : text[..^1] + Alphabet[Alphabet.IndexOf(text[^1], StringComparison.Ordinal) | 1];
}
