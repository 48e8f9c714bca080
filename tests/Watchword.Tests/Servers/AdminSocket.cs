// The issuer's admin API as the tool speaks to it, for tests that need many requests in a short time.
using System.Net.Sockets;
using System.Text;

namespace Watchword.Tests.Servers;

internal sealed class AdminSocket : IDisposable
{
    private readonly HttpClient _http;

    public AdminSocket(string path)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://localhost/admin/v1/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await _http.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    public void Dispose() => _http.Dispose();
}
