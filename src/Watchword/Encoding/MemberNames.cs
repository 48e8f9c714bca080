// Finds a member name that stands twice in one JSON object (RFC 7515 §4, RFC 8725 §2.4: the parser must not choose one).
using System.Buffers;
using System.Buffers.Binary;

namespace Watchword.Encodings;

/// <summary>The member names seen so far, each with the object it belongs to. Names are compared unescaped.</summary>
internal ref struct MemberNames(Span<MemberNames.Entry> room)
{
    private Span<Entry> _entries = room;
    private Entry[]? _pooled;
    private int _count;

    internal record struct Entry(int Object, int Start, int Length, ulong Prefix, bool Escaped);

    /// <summary>Adds a name; false when the object has it already.</summary>
    public bool TryAdd(int owner, ReadOnlySpan<byte> json, int start, int length, bool escaped)
    {
        if (escaped)
            return TryAddEscaped(owner, json, start, length);
        return TryAdd(json, new Entry(owner, start, length, Prefix(json.Slice(start, length)), false), json.Slice(start, length));
    }

    private bool TryAddEscaped(int owner, ReadOnlySpan<byte> json, int start, int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var name = JsonText.Unescape(json.Slice(start, length), buffer);
            return TryAdd(json, new Entry(owner, start, length, Prefix(name), true), name);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryAdd(ReadOnlySpan<byte> json, Entry added, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var entry in _entries[.._count])
        {
            if (entry.Prefix == added.Prefix && entry.Object == added.Object && SameName(json, entry, name))
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

    // Up to eight bytes are compared in one step; nearly all names differ in them.
    private static ulong Prefix(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
            return BinaryPrimitives.ReadUInt64LittleEndian(name);
        var prefix = (ulong)name.Length << 56;
        for (var i = 0; i < name.Length; i++)
            prefix |= (ulong)name[i] << (8 * i);
        return prefix;
    }
}
