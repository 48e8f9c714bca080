// AES key wrap (RFC 3394 §2.2), which the framework offers only in its padded form (RFC 5649). The cipher is the framework's.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Watchword.Jwe;

/// <summary>Wraps and unwraps keys by one key. Not safe for two threads at once.</summary>
internal sealed class AesKeyWrap : IDisposable
{
    /// <summary>By how much a wrapped key is longer.</summary>
    public const int Overhead = 8;
    private const int Block = 8;
    private const int Rounds = 6;
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6;
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _pair = new byte[2 * Block];
    private ICryptoTransform? _encryptor;
    private ICryptoTransform? _decryptor;

    public AesKeyWrap(ReadOnlySpan<byte> key)
    {
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
    }

    /// <summary>Wraps a key of 16 to 64 bytes, a multiple of eight.</summary>
    public void Wrap(ReadOnlySpan<byte> key, Span<byte> wrapped)
    {
        _encryptor ??= _aes.CreateEncryptor();
        var registers = wrapped[Block..];
        key.CopyTo(registers);
        var check = InitialValue;
        var step = 0UL;
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < registers.Length; i += Block)
                check = Turn(_encryptor, check, registers.Slice(i, Block)) ^ ++step;
        }
        BinaryPrimitives.WriteUInt64BigEndian(wrapped, check);
    }

    /// <summary>Unwraps; the key has eight bytes less. False if it was wrapped by another key, or altered.</summary>
    public bool TryUnwrap(ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        _decryptor ??= _aes.CreateDecryptor();
        wrapped[Block..].CopyTo(key);
        var check = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        var step = (ulong)(Rounds * key.Length / Block);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = key.Length - Block; i >= 0; i -= Block)
                check = Turn(_decryptor, check ^ step--, key.Slice(i, Block));
        }
        CryptographicOperations.ZeroMemory(_pair);
        return check == InitialValue;
    }

    public void Dispose()
    {
        _encryptor?.Dispose();
        _decryptor?.Dispose();
        _aes.Dispose();
    }

    // One block: the check and a register go through the cipher together.
    private ulong Turn(ICryptoTransform cipher, ulong check, Span<byte> register)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_pair, check);
        register.CopyTo(_pair.AsSpan(Block));
        cipher.TransformBlock(_pair, 0, _pair.Length, _pair, 0);
        _pair.AsSpan(Block).CopyTo(register);
        return BinaryPrimitives.ReadUInt64BigEndian(_pair);
    }
}
