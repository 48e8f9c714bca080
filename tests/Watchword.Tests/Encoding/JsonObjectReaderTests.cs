// The strict reader of one object: what it accepts, what it refuses, and that it agrees with itself whatever the object's size.
using System.Text.Json;
using Watchword.Encodings;

namespace Watchword.Tests.Encodings;

public sealed class JsonObjectReaderTests
{
    [Theory]
    [InlineData("{}", 0)]
    [InlineData(" \t\r\n{ } \n", 0)]
    [InlineData("{\"a\":1}", 1)]
    [InlineData("{\"a\":null,\"b\":{\"a\":[1,{\"a\":2}]},\"c\":[]}", 3)]
    [InlineData("{\"\":{}}", 1)]
    [InlineData("{\"a\":{\"x\":1},\"b\":{\"x\":1},\"x\":[{\"x\":1},{\"x\":1}]}", 3)]
    [InlineData("{\"a\":[[[[]]]],\"b\":[{},{},[{}]]}", 2)]
    public void A_strict_object_is_read(string json, int members) => Assert.Equal(members, Read(json).Count);

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("{\"\\u0061\":1,\"a\":1}")]
    [InlineData("{\"\\/\":1,\"/\":1}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":1}}")]
    [InlineData("{\"a\":[{\"b\":1,\"c\":{\"b\":1},\"b\":1}]}")]
    [InlineData("{\"a\":{\"b\":{}},\"c\":{\"d\":{\"e\":1,\"e\":2}}}")]
    [InlineData("{\"a\":[1,[2,{\"x\":{},\"y\":[],\"x\":3}]]}")]
    [InlineData("{\"abcdefgh1\":1,\"abcdefgh2\":1,\"abcdefgh1\":1}")]
    [InlineData("{\"abcdefgh\":1,\"\\u0061bcdefgh\":1}")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}{}")]
    [InlineData("{} 1")]
    [InlineData("{},")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{,}")]
    [InlineData("{\"a\":[1,]}")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{a:1}")]
    [InlineData("{'a':1}")]
    [InlineData("{/**/}")]
    [InlineData("{}//")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"a\":[\"\\ud800\"]}")]
    [InlineData("{\"a\":{\"\\udfff\":1}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("{\"a\":\"\\a\"}")]
    [InlineData("{")]
    [InlineData("{\"a\":{}")]
    [InlineData("{\"a\":[}")]
    [InlineData("\ufeff{}")]
    public void Anything_else_is_not(string json) => Assert.False(TryRead(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Depth_64_is_read_and_65_is_not()
    {
        static string Nested(int objects) => string.Concat(Enumerable.Repeat("{\"a\":", objects - 1)) + "{}" + new string('}', objects - 1);
        static string InArrays(int depth) => "{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        foreach (var form in new Func<int, string>[] { Nested, InArrays })
        {
            Assert.True(TryRead(System.Text.Encoding.ASCII.GetBytes(form(64))));
            Assert.False(TryRead(System.Text.Encoding.ASCII.GetBytes(form(65))));
            Assert.NotNull(JsonDocuments.Parse(System.Text.Encoding.ASCII.GetBytes(form(64))));
            Assert.Null(JsonDocuments.Parse(System.Text.Encoding.ASCII.GetBytes(form(65))));
        }
    }

    [Fact]
    public void A_member_twice_is_found_however_many_stand_between()
    {
        foreach (var count in new[] { 1, 7, 8, 9, 15, 16, 17, 31, 33, 200, 511 })
        {
            var members = Enumerable.Range(0, count).Select(i => $"\"name{i}\":{i}").ToArray();
            Assert.Equal(count, Read($"{{{string.Join(',', members)}}}").Count);
            foreach (var twice in new[] { 0, count / 2, count - 1 })
                Assert.False(TryRead(System.Text.Encoding.ASCII.GetBytes($"{{{string.Join(',', members)},\"name{twice}\":0}}")));
        }
    }

    [Fact]
    public void One_object_has_at_most_512_members_however_many_the_others_have()
    {
        static string Members(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"name{i}\":{i}"));
        Assert.Equal(512, Read($"{{{Members(512)}}}").Count);
        Assert.False(TryRead(System.Text.Encoding.ASCII.GetBytes($"{{{Members(513)}}}")));
        Assert.Equal(3, Read($"{{\"a\":{{{Members(512)}}},\"b\":[{{{Members(512)}}}],\"c\":1}}").Count);
        Assert.False(TryRead(System.Text.Encoding.ASCII.GetBytes($"{{\"a\":[{{{Members(513)}}}]}}")));
        Assert.False(TryRead(System.Text.Encoding.ASCII.GetBytes($"{{\"a\":{{{Members(400)}}},\"b\":1,\"a\":2}}")));
    }

    [Fact]
    public void Invalid_UTF8_is_not_read()
    {
        foreach (var bytes in new byte[][] { [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80] })
            Assert.False(TryRead([.. "{\"a\":\""u8, .. bytes, .. "\"}"u8]));
    }

    [Fact]
    public void The_two_strict_readers_agree_on_random_texts()
    {
        const int seed = 4711;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string[] pieces = ["{", "}", "[", "]", ":", ",", "\"a\"", "\"b\"", "\"\\u0061\"", "1", "-1.5e3", "01", "null", "true", " ", "\"\"", "{}", "\"a\":1", "//", "\u00e9", "\"\u00e9\""];
        for (var i = 0; i < 10_000; i++)
        {
            var text = "{" + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)])) + "}";
            var bytes = System.Text.Encoding.UTF8.GetBytes(text);
            using var document = JsonDocuments.Parse(bytes);
            Assert.True(document is not null == TryRead(bytes), text);
        }
    }

    [Fact]
    public void Values_stand_where_they_are_said_to()
    {
        const string json = """{"s":"te\u0078t","n":-1.5e3,"o":{"a":[1]},"a":[{}],"t":true}""";
        var bytes = System.Text.Encoding.ASCII.GetBytes(json);
        var values = Read(json).ToDictionary(member => member.Name.Text(bytes), member => member.Value);
        Assert.Equal("text", values["s"].Text(bytes));
        Assert.True(values["s"].TextEquals(bytes, "text"u8));
        Assert.False(values["s"].TextEquals(bytes, "tex"u8));
        Assert.True(values["n"].TryGetSeconds(bytes, out var number));
        Assert.Equal(-1500, number);
        Assert.Equal("""{"a":[1]}"""u8, values["o"].Raw(bytes));
        Assert.Equal("[{}]"u8, values["a"].Raw(bytes));
        Assert.Equal(JsonTokenType.True, values["t"].Type);
    }

    private static bool TryRead(byte[] json)
    {
        try
        {
            Read(json);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static List<(JsonValue Name, JsonValue Value)> Read(string json) => Read(System.Text.Encoding.UTF8.GetBytes(json));

    private static List<(JsonValue Name, JsonValue Value)> Read(byte[] json)
    {
        var members = new List<(JsonValue, JsonValue)>();
        using var reader = new JsonObjectReader(json, new MemberNames.Entry[8]);
        while (reader.Next(out var name, out var value))
            members.Add((name, value));
        return members;
    }
}
