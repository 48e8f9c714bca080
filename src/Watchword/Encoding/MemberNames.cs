// Finds a member name that stands twice in one JSON object (RFC 7515 §4, RFC 8725 §2.4: the parser must not choose one).
using System.Buffers;

namespace Watchword.Encodings;

/// <summary>The names of the objects that are open, the innermost last. Names are compared unescaped.</summary>
internal ref struct MemberNames(Span<MemberNames.Entry> room)
{
    // Names are compared each with each: without a bound, a token full of names would cost far more than its signature.
    private const int MostInOneObject = 512;
    private Span<Entry> _entries = room;
    private Entry[]? _pooled;
    private int _first;
    private int _count;

    internal record struct Entry(int Start, int Length, ulong Digest, bool Escaped);

    /// <summary>Begins an object inside the one that is open; answers what <see cref="End"/> needs.</summary>
    public int Begin()
    {
        var outer = _first;
        _first = _count;
        return outer;
    }

    /// <summary>Ends the innermost object.</summary>
    public void End(int outer)
    {
        _count = _first;
        _first = outer;
    }

    /// <summary>Adds a name to the innermost object; false when it is there already, or when there are too many.</summary>
    public bool TryAdd(ReadOnlySpan<byte> json, int start, int length, bool escaped)
    {
        if (escaped)
            return TryAddEscaped(json, start, length);
        return TryAdd(json, new Entry(start, length, Digest(json.Slice(start, length)), false), json.Slice(start, length));
    }

    private bool TryAddEscaped(ReadOnlySpan<byte> json, int start, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var name = JsonText.Unescape(json.Slice(start, length), buffer);
            return TryAdd(json, new Entry(start, length, Digest(name), true), name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryAdd(ReadOnlySpan<byte> json, Entry added, ReadOnlySpan<byte> name)
    {
        if (_count - _first == MostInOneObject)
            return false;
        foreach (ref readonly var entry in _entries[_first.._count])
        {
            if (entry.Digest == added.Digest && SameName(json, entry, name))
                return false;
        }
        if (_count == _entries.Length)
            Grow();
        _entries[_count++] = added;
        return true;
    }

    private static bool SameName(ReadOnlySpan<byte> json, Entry entry, ReadOnlySpan<byte> name)
    {
        var other = json.Slice(entry.Start, entry.Length);
        if (!entry.Escaped)
            return other.SequenceEqual(name);
        var buffer = ArrayPool<byte>.Shared.Rent(entry.Length);
        var same = JsonText.Unescape(other, buffer).SequenceEqual(name);
        ArrayPool<byte>.Shared.Return(buffer);
        return same;
    }

    private void Grow()
    {
        var larger = ArrayPool<Entry>.Shared.Rent(_entries.Length * 2);
        _entries.CopyTo(larger);
        Dispose();
        _entries = _pooled = larger;
    }

    public void Dispose()
    {
        if (_pooled is not null)
            ArrayPool<Entry>.Shared.Return(_pooled);
        _pooled = null;
    }

    // A short name is its own digest. Of a longer one it is a hash with a seed of this process, which nobody can aim at.
    private static ulong Digest(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
        {
            var hash = default(HashCode);
            hash.AddBytes(name);
            return (uint)hash.ToHashCode();
        }
        var digest = (ulong)name.Length << 56;
        for (var i = 0; i < name.Length; i++)
            digest |= (ulong)name[i] << (8 * i);
        return digest;
    }
}
