// CRC-32 as in ISO 3309 and gzip (RFC 1952 §8): it tells a mistyped API key from a wrong one; it protects nothing.
namespace Watchword.Issuer.Clients;

internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value => Step((uint)value))];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = Table[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint Step(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value >> 1) ^ (Polynomial & (0 - (value & 1)));
        return value;
    }
}
