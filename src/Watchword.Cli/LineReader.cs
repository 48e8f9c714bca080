// Reads lines of bounded length from a stream that may never end, in constant memory.
namespace Watchword.Cli;

/// <summary>The lines of a stream. Whoever waits for answers before sending the next line is not kept waiting.</summary>
/// <param name="input">Where lines come from.</param>
/// <param name="longest">A longer line, in bytes, is passed over.</param>
/// <param name="beforeWaiting">Called each time before more input is waited for.</param>
internal sealed class LineReader(Stream input, int longest, Action beforeWaiting)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _length;

    /// <summary>Moves to the next line, good until the next call; null is one that was too long. False at the end of input.</summary>
    public bool TryRead(out ReadOnlyMemory<byte>? line)
    {
        var seen = 0;
        var isTooLong = false;
        while (true)
        {
            var end = _buffer.AsSpan(_start + seen, _length - seen).IndexOf((byte)'\n');
            if (end >= 0)
            {
                line = Take(seen + end, isTooLong);
                _start++;
                _length--;
                return true;
            }

            seen = _length;
            if (seen > longest)
            {
                isTooLong = true;
                Take(seen, isTooLong);
                seen = 0;
            }

            if (!Fill())
            {
                var hasRest = isTooLong || _length > 0;
                line = Take(_length, isTooLong);
                return hasRest;
            }
        }
    }

    private ReadOnlyMemory<byte>? Take(int length, bool isTooLong)
    {
        var taken = _buffer.AsMemory(_start, length);
        _start += length;
        _length -= length;
        // Not by `?:`: a null beside a Memory would be an empty Memory.
        if (isTooLong || length > longest)
            return null;
        return taken;
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _length).CopyTo(_buffer);
        _start = 0;
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, longest + 1));
        beforeWaiting();
        var read = input.Read(_buffer, _length, _buffer.Length - _length);
        _length += read;
        return read > 0;
    }
}
