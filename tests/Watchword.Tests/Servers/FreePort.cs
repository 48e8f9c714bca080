// Ports on loopback for servers that must know theirs before they listen, or listen on it twice.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Watchword.Tests.Servers;

internal static class FreePort
{
    // Below those that Linux gives to whoever asks for any port, so that nobody is given one of these meanwhile.
    private const int First = 20_000;
    private const int Last = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that nobody listens on, and that is given once.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
