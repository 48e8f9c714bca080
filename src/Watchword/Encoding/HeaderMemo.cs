// A handful of distinct headers exist; after the first good token the encoded text alone says what is in one.
namespace Watchword.Encodings;

/// <summary>
/// Remembers what was read of headers. Only those of tokens that a key vouched for go in, so that nobody without one can fill it. Readers
/// take no lock.
/// </summary>
internal sealed class HeaderMemo<T>
    where T : class
{
    private const int Most = 16;
    private const int LongestRemembered = 512;
    private volatile Entry[] _entries = [];

    public T? Find(ReadOnlySpan<byte> encoded)
    {
        foreach (var entry in _entries)
        {
            if (encoded.SequenceEqual(entry.Encoded))
                return entry.Header;
        }
        return null;
    }

    public void Remember(ReadOnlySpan<byte> encoded, T header)
    {
        var entries = _entries;
        if (encoded.Length > LongestRemembered || Find(encoded) is not null)
            return;
        // The oldest makes room: headers change when keys rotate. A race loses one entry, which comes back.
        var kept = entries.Length < Most ? entries : entries[1..];
        _entries = [.. kept, new Entry(encoded.ToArray(), header)];
    }

    private sealed record Entry(byte[] Encoded, T Header);
}
