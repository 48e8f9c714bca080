// The tokens a scheme has verified, each with its ready principal: a repeated token is neither parsed nor verified again.
using System.Text;
using BitFaster.Caching;
using BitFaster.Caching.Lru;
using Watchword.Trust;

namespace Watchword.AspNetCore;

// Only what the gate has verified enters, and every hit asks the gate again (docs/decisions/0009-verified-token-cache.md).
internal sealed class VerifiedTokenCache
{
    private const int LongestToken = 4096;
    private readonly TokenGate _gate;
    private readonly FastConcurrentLru<byte[], VerifiedPrincipal>? _principals;
    private readonly IAlternateLookup<ReadOnlySpan<char>, byte[], VerifiedPrincipal>? _byText;

    public VerifiedTokenCache(TokenGate gate, int capacity)
    {
        _gate = gate;
        if (capacity == 0)
            return;
        _principals = new(Environment.ProcessorCount, capacity, new WholeToken());
        _principals.TryGetAlternateLookup(out _byText);
    }

    public int Count => _principals?.Count ?? 0;

    /// <summary>The principal of this very token, if it was verified before and would be accepted again. No lock, no allocation.</summary>
    public VerifiedPrincipal? Find(ReadOnlySpan<char> token)
    {
        if (_byText is null || !_byText.TryGet(token, out var principal))
            return null;
        if (_gate.Recheck(principal.Token) is null)
            return principal;
        // Expired, or its key is gone: the gate says what to think of it now.
        _byText.TryRemove(token, out _, out _);
        return null;
    }

    /// <summary>Remembers a token that the gate has just accepted, unless it is too large.</summary>
    public void Add(ReadOnlySpan<char> token, VerifiedPrincipal principal)
    {
        if (_byText is not null && token.Length <= LongestToken)
            _byText.AddOrUpdate(token, principal);
    }

    // Equal is the whole token, character by character. The hash is of the end of the signature, which whoever asks for a token
    // does not choose, and is seeded for each process; to hash all of it would cost ten times as much. A token that was accepted
    // is ASCII, and kept in half the room that its text takes.
    private sealed class WholeToken : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<char>, byte[]>
    {
        private const int Tail = 16;

        public bool Equals(byte[]? one, byte[]? other) => one.AsSpan().SequenceEqual(other);

        public bool Equals(ReadOnlySpan<char> text, byte[] token) => Ascii.Equals(token, text);

        public int GetHashCode(ReadOnlySpan<char> text) => string.GetHashCode(text[Math.Max(0, text.Length - Tail)..]);

        public int GetHashCode(byte[] token)
        {
            Span<char> tail = stackalloc char[Tail];
            return string.GetHashCode(tail[..Encoding.ASCII.GetChars(token.AsSpan(Math.Max(0, token.Length - Tail)), tail)]);
        }

        public byte[] Create(ReadOnlySpan<char> text)
        {
            var token = new byte[text.Length];
            Encoding.ASCII.GetBytes(text, token);
            return token;
        }
    }
}
