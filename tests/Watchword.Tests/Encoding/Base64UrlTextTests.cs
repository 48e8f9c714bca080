// Base64url as RFC 7515 §2 means it, against the platform's own encoder.
using Watchword.Encodings;

namespace Watchword.Tests.Encodings;

public sealed class Base64UrlTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "Zg")]
    [InlineData("fo", "Zm8")]
    [InlineData("foo", "Zm9v")]
    [InlineData("foob", "Zm9vYg")]
    [InlineData("fooba", "Zm9vYmE")]
    [InlineData("foobar", "Zm9vYmFy")]
    public void The_examples_of_RFC_4648_are_read_and_written_without_padding(string plain, string encoded)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(plain);
        Assert.Equal(encoded, Base64UrlText.Encode(bytes));
        Assert.Equal(bytes, Base64UrlText.Decode(encoded));
        Assert.Equal(encoded.Length, Base64UrlText.EncodedLength(bytes.Length));
        Assert.Equal(bytes.Length, Base64UrlText.DecodedLength(encoded.Length));
    }

    [Fact]
    public void Every_byte_value_comes_back_at_every_length()
    {
        for (var length = 0; length < 100; length++)
        {
            var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 37 + length)).ToArray();
            Assert.Equal(bytes, Base64UrlText.Decode(Base64UrlText.Encode(bytes)));
        }
    }

    [Theory]
    [InlineData("Z")]
    [InlineData("Zm9vY")]
    [InlineData("Zh")]
    [InlineData("Zm9")]
    [InlineData("Zg==")]
    [InlineData("Zg=")]
    [InlineData("Zg%%")]
    [InlineData("Zg%3d")]
    [InlineData(" Zg")]
    [InlineData("Zg ")]
    [InlineData("Z g")]
    [InlineData("Zg\n")]
    [InlineData("Zm\r\n9v")]
    [InlineData("+_8")]
    [InlineData("/-8")]
    [InlineData("Zm.v")]
    [InlineData("Zm\09v")]
    [InlineData("Zm\u00e9v")]
    [InlineData("\u017am9v")]
    [InlineData("=")]
    public void Anything_else_is_not_read(string text)
    {
        Assert.Null(Base64UrlText.Decode(text));
        Assert.False(Base64UrlText.TryDecode(System.Text.Encoding.UTF8.GetBytes(text), new byte[16], out _));
    }

    [Fact]
    public void Each_text_of_two_and_three_characters_is_read_only_in_its_one_spelling()
    {
        for (var a = 0; a < 256; a++)
        {
            for (var b = 0; b < 256; b++)
            {
                byte[] text = [(byte)a, (byte)b];
                var decoded = new byte[4];
                var read = Base64UrlText.TryDecode(text, decoded, out var written);
                Assert.Equal(read, written == 1 && Base64UrlText.Encode(decoded.AsSpan(0, 1)) == System.Text.Encoding.Latin1.GetString(text));
            }
        }
    }
}
