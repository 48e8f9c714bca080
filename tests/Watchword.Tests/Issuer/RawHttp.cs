// HTTP by hand, for what HttpClient is too polite to send.
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Watchword.Tests.Issuer;

internal sealed class RawHttp : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TcpClient _client = new();

    public static async Task<RawHttp> ConnectAsync(IPEndPoint address)
    {
        var http = new RawHttp();
        await http._client.ConnectAsync(address);
        return http;
    }

    /// <summary>Sends one request on a connection of its own and gives the whole answer.</summary>
    public static async Task<string> SendAsync(IPEndPoint address, string head, byte[] body)
    {
        using var http = await ConnectAsync(address);
        // The server may answer, and stop listening, before it has taken everything.
        var sending = http.SendAsync(head, body);
        var answer = await http.ReadAnswerAsync();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
        return answer;
    }

    public async Task SendAsync(string head, byte[] body)
    {
        // In one go: the server measures how fast a body comes.
        byte[] request = [.. Encoding.Latin1.GetBytes(head.ReplaceLineEndings("\r\n") + "\r\n\r\n"), .. body];
        await _client.GetStream().WriteAsync(request);
    }

    public async Task SendBodyAsync(byte[] piece) => await _client.GetStream().WriteAsync(piece);

    /// <summary>One answer with a Content-Length, head and body.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        var stream = _client.GetStream();
        var text = new StringBuilder();
        var buffer = new byte[8192];
        while (!IsWhole(text.ToString()))
        {
            var count = await stream.ReadAsync(buffer, deadline.Token);
            if (count == 0) break;
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }

    public void Dispose() => _client.Dispose();

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var length = text[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return length is null || text.Length - end - 4 >= int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
