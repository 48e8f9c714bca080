// Random text in letters and digits.
using Watchword.Encodings;

namespace Watchword.Tests.Encodings;

public sealed class Base62Tests
{
    [Fact]
    public void Random_text_has_its_length_and_its_alphabet_and_does_not_repeat()
    {
        var texts = Enumerable.Range(0, 1000).Select(_ => Base62.Random(43)).ToArray();
        Assert.All(texts, text => Assert.True(text.Length == 43 && text.All(char.IsAsciiLetterOrDigit) && Base62.IsValid(text)));
        Assert.Equal(texts.Length, texts.Distinct().Count());
        Assert.Equal(62, texts.SelectMany(text => text).Distinct().Count());
    }

    [Theory]
    [InlineData("a_b", false)]
    [InlineData("a b", false)]
    [InlineData("\u00e9", false)]
    [InlineData("\uff11", false)]
    [InlineData("azAZ09", true)]
    public void Only_letters_and_digits_are_valid(string text, bool valid) => Assert.Equal(valid, Base62.IsValid(text));

    [Theory]
    [InlineData(0UL, "000000")]
    [InlineData(61UL, "00000z")]
    [InlineData(62UL, "000010")]
    [InlineData(4294967295UL, "4gfFC3")]
    public void Numbers_are_written_in_full_length(ulong value, string expected)
    {
        Span<char> text = stackalloc char[6];
        Base62.Write(value, text);
        Assert.Equal(expected, text.ToString());
    }

    [Fact]
    public void A_number_that_does_not_fit_is_refused() => Assert.Throws<ArgumentException>(() => Base62.Write(62, new char[1]));
}
