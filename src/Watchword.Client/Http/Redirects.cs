// Makes sure that what sends the requests does not follow a redirect, nor hand a token for this machine to a proxy.
namespace Watchword.Client.Http;

internal static class Redirects
{
    /// <summary>
    /// Walks down to the handler that sends and sets it. A handler of a type of its own (a test's, for instance) cannot be checked;
    /// whoever writes one that follows redirects must drop the <c>Authorization</c> header there.
    /// </summary>
    /// <exception cref="InvalidOperationException">The handler follows redirects and is already in use.</exception>
    public static void Forbid(HttpMessageHandler? handler, TokenOrigin origin)
    {
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;
        try
        {
            if (handler is SocketsHttpHandler sockets)
                Set(sockets, origin.IsPlain);
            else if (handler is HttpClientHandler client)
                Set(client, origin.IsPlain);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                "The primary handler of this HttpClient is already in use and follows redirects (or uses a proxy for loopback): "
                + "set AllowAutoRedirect = false (and UseProxy = false) where it is made.", e);
        }
    }

    private static void Set(SocketsHttpHandler handler, bool isLoopback)
    {
        if (handler.AllowAutoRedirect)
            handler.AllowAutoRedirect = false;
        if (isLoopback && handler.UseProxy && handler.Proxy is null)
            handler.UseProxy = false;
    }

    private static void Set(HttpClientHandler handler, bool isLoopback)
    {
        if (handler.AllowAutoRedirect)
            handler.AllowAutoRedirect = false;
        if (isLoopback && handler.UseProxy && handler.Proxy is null)
            handler.UseProxy = false;
    }
}
