// A loopback port that nobody listens on.
using System.Net;
using System.Net.Sockets;

namespace Watchword.Tests.Cli;

internal static class FreePort
{
    public static int Any()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
