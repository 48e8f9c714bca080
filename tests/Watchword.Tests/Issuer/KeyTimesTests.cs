// The times of rotation that an issuer accepts.
using Watchword.Issuer;

namespace Watchword.Tests.Issuer;

public sealed class KeyTimesTests
{
    [Theory]
    [InlineData("30.00:00", "1.00:00", null)]
    [InlineData("1:00", "1:00", null)]
    [InlineData("1:00", "0:16", null)]
    [InlineData("366.00:00", "366.00:00", null)]
    [InlineData("0:59", "0:16", "KeyRotationInterval")]
    [InlineData("366.00:01", "1:00", "KeyRotationInterval")]
    [InlineData("-1:00", "1:00", "KeyRotationInterval")]
    [InlineData("1:00", "0:15:59", "KeyPropagationTime")]
    [InlineData("1:00", "1:01", "KeyPropagationTime")]
    [InlineData("1:00", "-0:16", "KeyPropagationTime")]
    public void Times_have_bounds(string interval, string propagation, string? fault)
    {
        var options = new IssuerOptions { Issuer = "https://issuer.test", KeyRotationInterval = Span(interval), KeyPropagationTime = Span(propagation) };
        if (fault is null)
            Assert.Empty(options.Faults());
        else
            Assert.StartsWith($"{fault} is out of range: set it from ", Assert.Single(options.Faults()), StringComparison.Ordinal);
    }

    private static TimeSpan Span(string text) => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
