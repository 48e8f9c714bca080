// AES key wrap (RFC 3394 §2.2), which the framework offers only in its padded form (RFC 5649). The cipher is the framework's.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Watchword.Jwe;

internal static class AesKeyWrap
{
    /// <summary>By how much a wrapped key is longer.</summary>
    public const int Overhead = 8;
    private const int Block = 8;
    private const int Rounds = 6;
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6;

    /// <summary>Wraps a key of 16 to 64 bytes, a multiple of eight.</summary>
    public static void Wrap(Aes aes, ReadOnlySpan<byte> key, Span<byte> wrapped)
    {
        Span<byte> pair = stackalloc byte[2 * Block];
        var registers = wrapped[Block..];
        key.CopyTo(registers);
        var check = InitialValue;
        var step = 0UL;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < registers.Length; i += Block)
            {
                BinaryPrimitives.WriteUInt64BigEndian(pair, check);
                registers.Slice(i, Block).CopyTo(pair[Block..]);
                aes.EncryptEcb(pair, pair, PaddingMode.None);
                check = BinaryPrimitives.ReadUInt64BigEndian(pair) ^ ++step;
                pair[Block..].CopyTo(registers[i..]);
            }
        }
        BinaryPrimitives.WriteUInt64BigEndian(wrapped, check);
    }

    /// <summary>Unwraps; the key has eight bytes less. False if it was wrapped by another key, or altered.</summary>
    public static bool TryUnwrap(Aes aes, ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        Span<byte> pair = stackalloc byte[2 * Block];
        wrapped[Block..].CopyTo(key);
        var check = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        var step = (ulong)(Rounds * key.Length / Block);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = key.Length - Block; i >= 0; i -= Block)
            {
                BinaryPrimitives.WriteUInt64BigEndian(pair, check ^ step--);
                key.Slice(i, Block).CopyTo(pair[Block..]);
                aes.DecryptEcb(pair, pair, PaddingMode.None);
                check = BinaryPrimitives.ReadUInt64BigEndian(pair);
                pair[Block..].CopyTo(key[i..]);
            }
        }
        CryptographicOperations.ZeroMemory(pair);
        return check == InitialValue;
    }
}
