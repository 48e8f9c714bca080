// The one fetcher of what others publish: HTTPS, no redirects, bounded in time and size, no local addresses by surprise.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Watchword.Trust;

/// <summary>Fetches metadata and key sets. Safe for any number of threads; keep one and dispose of it at the end.</summary>
public sealed class DocumentFetcher : IDisposable
{
    private const int StatusOk = 200;
    private readonly FetcherOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    /// <summary>Makes a fetcher.</summary>
    /// <exception cref="ArgumentException">The file of authorities cannot be used.</exception>
    public DocumentFetcher(FetcherOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _clock = clock;
        var handler = PrivateAuthority.CreateHandler(options.CaFile);
        handler.ConnectCallback = ConnectAsync;
        // The timeout of every fetch is its own, by the clock at hand.
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Fetches one document.</summary>
    /// <param name="url">HTTPS, or HTTP on this machine.</param>
    /// <param name="cancellation">Ends the fetch.</param>
    /// <exception cref="FetchException">It could not be had: unreachable, too slow, too large, a redirect, or a status other than 200.</exception>
    public async Task<byte[]> FetchAsync(Uri url, CancellationToken cancellation) => (await FetchAsync(url, null, cancellation).ConfigureAwait(false)).Content;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    /// <summary>Fetches one document, saying who asks where that is given (<see cref="KeyHolder"/>).</summary>
    internal async Task<FetchedDocument> FetchAsync(Uri url, string? holder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!IssuerUrl.IsSecure(url))
            throw new FetchException($"{url} is plain http to another machine; nothing is fetched from there.");
        using var timeout = new CancellationTokenSource(_options.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await FetchBoundedAsync(url, holder, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException fault) when (!cancellation.IsCancellationRequested)
        {
            // Ours, or that of the connection, which has a limit of its own and says it the same way.
            var wait = timeout.IsCancellationRequested ? $"did not answer within {_options.Timeout.TotalSeconds:0.#} s" : "did not take up a connection in time";
            throw new FetchException($"{url} {wait}.", fault) { ErrorType = FetchException.TimedOut };
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            throw new FetchException($"{url} cannot be reached: {Reason(fault)}.", fault) { ErrorType = FetchException.Unreachable };
        }
    }

    private async Task<FetchedDocument> FetchBoundedAsync(Uri url, string? holder, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        // What a cache on the way has may be from before a key was revoked.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        request.Headers.Accept.ParseAdd("application/json");
        request.Headers.Accept.ParseAdd("application/jwk-set+json");
        if (holder is not null)
            request.Headers.TryAddWithoutValidation(KeyHolder.Header, holder);
        var sent = _clock.GetUtcNow();
        var since = _clock.GetTimestamp();
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        var status = (int)answer.StatusCode;
        if (status != StatusOk)
            throw new FetchException(status / 100 == 3 ? $"{url} answered {status}, and redirects are not followed." : $"{url} answered {status}.", status);
        // An answer out of a cache says when it was made, not what time it is.
        TimeSpan? skew = answer.Headers is { Date: { } date, Age: null } ? ClockSkew.Between(sent, _clock.GetElapsedTime(since), date) : null;
        return new FetchedDocument(await ReadAsync(answer.Content, url, cancellation).ConfigureAwait(false), skew);
    }

    private async Task<byte[]> ReadAsync(HttpContent content, Uri url, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > _options.MaxBytes)
            throw TooLarge(url);
        var body = new MemoryStream();
        await using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var chunk = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (body.Length + read > _options.MaxBytes)
                throw TooLarge(url);
            body.Write(chunk, 0, read);
        }
        return body.ToArray();
    }

    private FetchException TooLarge(Uri url) => new($"{url} answered with more than {_options.MaxBytes} bytes, which is too large.") { ErrorType = FetchException.TooLarge };

    // Checked where the connection is made, so that no answer of a name server can lead elsewhere afterwards.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var asked = context.DnsEndPoint;
        var addresses = IPAddress.TryParse(asked.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(asked.Host, cancellation).ConfigureAwait(false);
        if (!_options.AllowLocalAddresses)
        {
            var local = context.InitialRequestMessage.RequestUri!.IsLoopback;
            addresses = Array.FindAll(addresses, address => local ? IPAddress.IsLoopback(address) : !LocalAddress.IsLocal(address));
        }
        if (addresses.Length == 0)
            throw new HttpRequestException($"{asked.Host} resolves only to addresses of this machine or link, which are not fetched from.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, asked.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(Exception fault) => fault.InnerException is { } inner ? Reason(inner) : fault.Message.TrimEnd('.');
}
