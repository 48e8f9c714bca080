// Spans of time in the unit that fits.
using Watchword.Issuer.Storage;

namespace Watchword.Tests.Issuer;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(119, "119 s")]
    [InlineData(120, "2 min")]
    [InlineData(7_199, "119 min")]
    [InlineData(7_200, "2 h")]
    [InlineData(172_799, "47 h")]
    [InlineData(172_800, "2 days")]
    [InlineData(31_536_000, "365 days")]
    public void A_span_is_told_in_the_unit_that_fits(int seconds, string text) => Assert.Equal(text, TimeText.Span(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_time_is_told_in_utc() =>
        Assert.Equal("2027-01-02T02:04:05Z", TimeText.Utc(new DateTimeOffset(2027, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1))));
}
