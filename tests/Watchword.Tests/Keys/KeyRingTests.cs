// What an issuer signs with and publishes changes as one.
using Watchword.Keys;

namespace Watchword.Tests.Keys;

public sealed class KeyRingTests
{
    [Fact]
    public void An_empty_ring_has_no_key_and_says_so()
    {
        var ring = new KeyRing();
        Assert.False(ring.Has(SignatureAlgorithm.ES256));
        Assert.Contains("ES256", Assert.Throws<InvalidOperationException>(() => ring.Current(SignatureAlgorithm.ES256)).Message, StringComparison.Ordinal);
        Assert.Empty(ring.Published.Keys);
    }

    [Fact]
    public void A_swap_replaces_what_signs_and_what_is_published()
    {
        using var first = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var next = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var other = SigningKey.Generate(SignatureAlgorithm.ES384);
        var ring = new KeyRing();
        ring.Swap([first, other], [next.ToVerificationKey()]);
        Assert.Same(first, ring.Current(SignatureAlgorithm.ES256));
        Assert.Same(other, ring.Current(SignatureAlgorithm.ES384));
        Assert.Equal(new[] { first.KeyId, next.KeyId, other.KeyId }.Order(), ring.Published.Keys.Select(key => key.KeyId).Order());
        var before = ring.Published;
        ring.Swap([next], [first.ToVerificationKey()]);
        Assert.Same(next, ring.Current(SignatureAlgorithm.ES256));
        Assert.False(ring.Has(SignatureAlgorithm.ES384));
        Assert.Equal([next.KeyId, first.KeyId], ring.Published.Keys.Select(key => key.KeyId));
        Assert.Equal(3, before.Keys.Count);
    }

    [Fact]
    public void A_swap_that_is_refused_changes_nothing()
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256, "one");
        using var same = SigningKey.Generate(SignatureAlgorithm.ES256, "two");
        using var namesake = SigningKey.Generate(SignatureAlgorithm.ES384, "one");
        using var secret = SigningKey.Generate(SignatureAlgorithm.HS256);
        var ring = new KeyRing();
        ring.Swap([key], []);
        Assert.Throws<ArgumentException>(() => ring.Swap([key, same], []));
        Assert.Throws<ArgumentException>(() => ring.Swap([key, secret], []));
        Assert.Throws<ArgumentException>(() => ring.Swap([key], [secret.ToVerificationKey()]));
        Assert.Throws<ArgumentException>(() => ring.Swap([key, namesake], []));
        Assert.Throws<ArgumentException>(() => ring.Swap([key], [key.ToVerificationKey()]));
        Assert.Same(key, ring.Current(SignatureAlgorithm.ES256));
        Assert.Equal("one", Assert.Single(ring.Published.Keys).KeyId);
    }

    [Fact]
    public async Task A_reader_never_sees_a_key_that_is_not_published()
    {
        using var one = SigningKey.Generate(SignatureAlgorithm.ES256);
        using var two = SigningKey.Generate(SignatureAlgorithm.ES256);
        var ring = new KeyRing();
        ring.Swap([one], [two.ToVerificationKey()]);
        using var stop = new CancellationTokenSource();
        var swaps = 0;
        var swapping = Task.Run(() =>
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref swaps))
                ring.Swap([swaps % 2 == 0 ? two : one], [(swaps % 2 == 0 ? one : two).ToVerificationKey()]);
        });
        try
        {
            // Not before the two have run beside each other.
            var (last, changes) = (one, 0);
            for (var reads = 0; !swapping.IsCompleted && (reads < 1000 || changes < 10 || Volatile.Read(ref swaps) < 2000); reads++)
            {
                var signing = ring.Current(SignatureAlgorithm.ES256);
                Assert.True(ring.Published.Contains(signing.KeyId));
                changes += ReferenceEquals(signing, last) ? 0 : 1;
                last = signing;
            }
        }
        finally
        {
            await stop.CancelAsync();
        }
        await swapping;
    }
}
