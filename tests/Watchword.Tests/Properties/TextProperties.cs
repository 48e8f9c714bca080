// The readers of texts against other readers of the same texts: base64url, scopes, and strict JSON.
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using CsCheck;
using Watchword.Encodings;
using Watchword.Jwt;

namespace Watchword.Tests.Properties;

public sealed partial class TextProperties
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    [Fact]
    public void Bytes_encoded_and_decoded_are_the_same() => Gen.Byte.Array[0, 200].Holds(bytes =>
    {
        var text = Base64UrlText.Encode(bytes);
        Assert.Equal(bytes, Base64UrlText.Decode(text)!);
        Assert.Equal(text, Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_'));
    });

    [Fact]
    public void A_text_is_decoded_only_if_it_is_the_one_spelling_of_its_bytes() =>
        Gen.Select(Gen.Byte.Array[0, 12].Select(bytes => Base64UrlText.Encode(bytes)), Gen.Int[0, 16], Gen.OneOf("", "", "A", "B", "_", "-", "=", "==", "%", "+", "/", " ", "\n", "\u00e9", "\0", "."))
            .Select(made => made.Item1.Insert(Math.Min(made.Item2, made.Item1.Length), made.Item3))
            .Holds(text => Assert.Equal(IsCanonical(text), Base64UrlText.Decode(text) is { } decoded && Base64UrlText.Encode(decoded) == text));

    [Fact]
    public void A_scope_is_what_the_grammar_says() =>
        Gen.OneOf(Texts.ScopeToken.Array[1, 5].Select(tokens => string.Join(' ', tokens)), Texts.Any).Holds(text =>
        {
            Assert.Equal(Grammar().IsMatch(text), ScopeText.IsValid(text));
            Assert.Equal(Grammar().IsMatch(text), ScopeText.IsValid(Encoding.UTF8.GetBytes(text)));
        });

    [Fact]
    public void What_we_read_as_an_object_every_reader_reads_alike() => Texts.Json.Holds(
        json =>
        {
            var ours = Read(json);
            using var theirs = Parse(json);
            if (ours is null)
            {
                Assert.True(theirs is null || IsRefusedBeyond(theirs.RootElement, json), "refused without one of the listed reasons");
                return;
            }
            Assert.NotNull(theirs);
            Assert.Equal(theirs.RootElement.EnumerateObject().Select(member => member.Name), ours.Select(member => member.Name));
            foreach (var (name, value, raw) in ours)
            {
                var element = theirs.RootElement.GetProperty(name);
                Assert.Equal(element.ValueKind == JsonValueKind.String ? element.GetString() : element.GetRawText(), element.ValueKind == JsonValueKind.String ? value : raw);
            }
        },
        Encoding.UTF8.GetString);

    private static bool IsCanonical(string text)
    {
        if (text.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) || text.Length % 4 == 1)
            return false;
        var bytes = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/') + new string('=', (4 - text.Length % 4) % 4));
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_') == text;
    }

    private static List<(string Name, string? Text, string Raw)>? Read(byte[] json)
    {
        var members = new List<(string, string?, string)>();
        try
        {
            using var reader = new JsonObjectReader(json, new MemberNames.Entry[4]);
            while (reader.Next(out var name, out var value))
                members.Add((name.Text(json), value.IsString ? value.Text(json) : null, Encoding.UTF8.GetString(value.Raw(json))));
            return members;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonDocument? Parse(byte[] json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Beyond what System.Text.Json refuses when it is strict: bytes that are not UTF-8, halves of surrogate pairs, and objects of more than 512 members.
    private static bool IsRefusedBeyond(JsonElement element, byte[] json) => !Utf8.IsValid(json) || HasHalfPair(element) || HasTooMany(element);

    private static bool HasHalfPair(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is null,
                JsonValueKind.Object => element.EnumerateObject().Any(member => member.Name is null || HasHalfPair(member.Value)),
                JsonValueKind.Array => element.EnumerateArray().Any(HasHalfPair),
                _ => false,
            };
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    private static bool HasTooMany(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Count() > 512 || element.EnumerateObject().Any(member => HasTooMany(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(HasTooMany),
        _ => false,
    };

    [GeneratedRegex(@"\A[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*\z")]
    private static partial Regex Grammar();
}
