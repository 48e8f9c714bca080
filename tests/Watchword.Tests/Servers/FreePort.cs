// A port on loopback that nobody listened on a moment ago.
using System.Net;
using System.Net.Sockets;

namespace Watchword.Tests.Servers;

internal static class FreePort
{
    public static int Next()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
