// Remembers the base address each HttpClient was registered with, because a handler does not see it.
using System.Collections.Concurrent;
using Watchword.Client.Tokens;

namespace Watchword.Client.Http;

/// <summary>
/// One per service provider. The first base address of a named client stands: a token that followed a changing address would not be
/// bound to anything.
/// </summary>
internal sealed class ClientOrigins
{
    private readonly ConcurrentDictionary<string, TokenOrigin> _byName = new();

    /// <summary>Called whenever a client of this name has been created and configured.</summary>
    /// <exception cref="InvalidOperationException">The base address is not safe for a token, or is another than before.</exception>
    public void Capture(string name, Uri? baseAddress)
    {
        if (baseAddress is null)
            return;
        var origin = TokenOrigin.Of(baseAddress) ?? throw new InvalidOperationException(
            $"The HttpClient '{name}' has the base address {TokenOrigin.Text(baseAddress)}, to which no token is sent: "
            + "use https (http only on loopback), or pass origin: to AddWatchwordToken.");
        var first = _byName.GetOrAdd(name, origin);
        if (!first.Covers(baseAddress))
        {
            throw new InvalidOperationException($"The HttpClient '{name}' was created for {first} and now for {origin}: "
                + "give each address its own client, so that a token goes only where it belongs.");
        }
    }

    /// <summary>Where the tokens of this client go: to its base address, or where it has none, to the resource itself.</summary>
    /// <exception cref="InvalidOperationException">There is neither.</exception>
    public TokenOrigin Find(string name, TokenTarget target)
    {
        if (_byName.TryGetValue(name, out var origin))
            return origin;
        return (Uri.TryCreate(target.Resource, UriKind.Absolute, out var resource) ? TokenOrigin.Of(resource) : null)
            ?? throw new InvalidOperationException($"Nothing says where tokens for {target.Resource} may be sent: "
                + $"set BaseAddress in AddHttpClient for '{name}', or pass origin: to AddWatchwordToken.");
    }
}
