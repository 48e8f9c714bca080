// Boxes of keys at rest open only whole, in their own row, under their own key.
using System.Security.Cryptography;
using Watchword.Keys;

namespace Watchword.Tests.Keys;

public sealed class KeyProtectionTests
{
    private static readonly byte[] Plain = "a private key"u8.ToArray();
    private static readonly byte[] Wrapping = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_box_opens_for_its_row_and_is_different_each_time()
    {
        using var protection = new KeyProtection(Wrapping);
        var box = protection.Protect(Plain, "signing", "k1", "ES256");
        Assert.Equal(Plain, protection.Unprotect(box, "signing", "k1", "ES256"));
        Assert.Equal(Plain.Length + 29, box.Length);
        Assert.NotEqual(box, protection.Protect(Plain, "signing", "k1", "ES256"));
        Assert.Empty(protection.Unprotect(protection.Protect([], "a", "b", "c"), "a", "b", "c"));
        using var again = new KeyProtection(Wrapping);
        Assert.Equal(Plain, again.Unprotect(box, "signing", "k1", "ES256"));
    }

    [Theory]
    [InlineData("data", "k1", "ES256")]
    [InlineData("signing", "k2", "ES256")]
    [InlineData("signing", "k1", "ES384")]
    [InlineData("k1", "signing", "ES256")]
    [InlineData("signing", "k1ES256", "")]
    [InlineData("signingk1", "", "ES256")]
    [InlineData("signing|2:k1", "k1", "ES256")]
    [InlineData("", "", "")]
    public void A_box_moved_to_another_row_does_not_open(string purpose, string id, string algorithm)
    {
        using var protection = new KeyProtection(Wrapping);
        var box = protection.Protect(Plain, "signing", "k1", "ES256");
        Closed(protection, box, purpose, id, algorithm);
    }

    [Fact]
    public void A_box_altered_anywhere_or_cut_or_lengthened_does_not_open()
    {
        using var protection = new KeyProtection(Wrapping);
        var box = protection.Protect(Plain, "signing", "k1", "ES256");
        for (var i = 0; i < box.Length; i++)
        {
            for (var bit = 1; bit < 256; bit <<= 1)
            {
                var altered = box.ToArray();
                altered[i] ^= (byte)bit;
                Closed(protection, altered);
            }
        }
        for (var length = 0; length < box.Length; length++)
            Closed(protection, box[..length]);
        Closed(protection, [.. box, 0]);
        Closed(protection, [0, .. box]);
        Assert.Equal(Plain, protection.Unprotect(box, "signing", "k1", "ES256"));
    }

    [Fact]
    public void A_box_of_another_key_does_not_open()
    {
        using var protection = new KeyProtection(Wrapping);
        using var other = new KeyProtection(RandomNumberGenerator.GetBytes(32));
        Closed(other, protection.Protect(Plain, "signing", "k1", "ES256"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_wrapping_key_of_another_length_is_refused(int length) => Assert.Throws<ArgumentException>(() => new KeyProtection(new byte[length]));

    [Fact]
    public void A_protection_that_was_disposed_of_does_not_go_on_with_a_key_of_zeros()
    {
        var protection = new KeyProtection(Wrapping);
        using var zeros = new KeyProtection(new byte[32]);
        var box = zeros.Protect(Plain, "a", "b", "c");
        protection.Dispose();
        Assert.Throws<ObjectDisposedException>(() => protection.Protect(Plain, "a", "b", "c"));
        Assert.Throws<ObjectDisposedException>(() => protection.Unprotect(box, "a", "b", "c"));
    }

    [Fact]
    public void Several_threads_may_use_one()
    {
        using var protection = new KeyProtection(Wrapping);
        Parallel.For(0, 500, i => Assert.Equal(Plain, protection.Unprotect(protection.Protect(Plain, "p", $"{i}", "a"), "p", $"{i}", "a")));
    }

    private static void Closed(KeyProtection protection, byte[] box, string purpose = "signing", string id = "k1", string algorithm = "ES256")
    {
        var fault = Assert.Throws<KeyProtectionException>(() => protection.Unprotect(box, purpose, id, algorithm));
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
    }
}
