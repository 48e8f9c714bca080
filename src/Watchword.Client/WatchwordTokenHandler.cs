// Attaches a fresh token to every request of one HttpClient, and renews it once if the target refuses it (RFC 6750 §2.1, §3.1).
using Watchword.Client.Http;
using Watchword.Client.Tokens;

namespace Watchword.Client;

/// <summary>
/// Sends each request with an access token for one resource. If no token is to be had, the request is not sent. A token goes only
/// to one origin, over HTTPS or on loopback; redirects are not followed but returned.
/// </summary>
/// <remarks>
/// If the target answers 401 with <c>Bearer error="invalid_token"</c>, the token is renewed (at most once in 10 seconds per
/// resource) and the request is sent once more, provided that its body can be sent again: none, bytes, text, a form, or JSON of a
/// plain object. <c>AddWatchwordToken</c> puts this handler into an <see cref="HttpClient"/>.
/// </remarks>
public sealed class WatchwordTokenHandler : DelegatingHandler
{
    private readonly WatchwordTokens _tokens;
    private readonly TokenTarget _target;
    private readonly Lazy<TokenOrigin> _origin;

    /// <summary>Makes a handler for use without a host; set <see cref="DelegatingHandler.InnerHandler"/> before the first request.</summary>
    /// <param name="tokens">Where the tokens come from. It is not disposed of with the handler.</param>
    /// <param name="resource">The identifier of the service to be called, such as <c>https://billing</c>.</param>
    /// <param name="scope">The scopes to ask for, separated by single spaces; null for all that are granted.</param>
    /// <param name="origin">The URL of the service; tokens go to its scheme, host and port and nowhere else.</param>
    /// <exception cref="ArgumentException">The resource or scope is malformed, or the origin is neither HTTPS nor loopback.</exception>
    public WatchwordTokenHandler(WatchwordTokens tokens, string resource, string? scope, Uri origin)
        : this(tokens, new TokenTarget(resource, scope).Checked(), Given(origin))
    {
    }

    internal WatchwordTokenHandler(WatchwordTokens tokens, TokenTarget target, Func<TokenOrigin> origin)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = tokens;
        _target = target;
        _origin = new Lazy<TokenOrigin>(() =>
        {
            var found = origin();
            Redirects.Forbid(InnerHandler, found);
            return found;
        });
    }

    internal static Func<TokenOrigin> Given(Uri origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var given = TokenOrigin.Of(origin)
            ?? throw new ArgumentException("The origin must be an https URL (http only on loopback), such as https://billing.example.", nameof(origin));
        return () => given;
    }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = Check(request);
        var slot = _tokens.Slot(_target);
        var token = await slot.GetAsync(cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        if (!BearerChallenge.RefusesToken(response))
            return response;
        if (await RenewAsync(slot, token, request, response, cancellationToken).ConfigureAwait(false) is not { } renewed)
            return response;
        response.Dispose();
        request.RequestUri = url;
        return await SendAsync(request, renewed, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = Check(request);
        var slot = _tokens.Slot(_target);
        var token = slot.Get(cancellationToken);
        var response = Send(request, token, cancellationToken);
        if (!BearerChallenge.RefusesToken(response))
            return response;
        if (RenewAsync(slot, token, request, response, cancellationToken).GetAwaiter().GetResult() is not { } renewed)
            return response;
        response.Dispose();
        request.RequestUri = url;
        return Send(request, renewed, cancellationToken);
    }

    private Uri Check(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var url = request.RequestUri;
        if (url is null || !_origin.Value.Covers(url))
        {
            var there = url is { IsAbsoluteUri: true } ? TokenOrigin.Text(url) : "no absolute URL";
            throw new InvalidOperationException(
                $"A token for {_target.Resource} goes only to {_origin.Value}, and this request to {there}; it was not sent. "
                + "If the service is there, set BaseAddress in AddHttpClient or pass origin: to AddWatchwordToken; else use another HttpClient.");
        }
        if (request.Headers.Contains("Authorization"))
        {
            throw new InvalidOperationException("The request already has an Authorization header and was not sent. "
                + "Remove the header, or use an HttpClient without AddWatchwordToken.");
        }
        return url;
    }

    /// <summary>The token to send the request with once more; null if the answer stands. The token is renewed in any case.</summary>
    private static async Task<HeldToken?> RenewAsync(
        TokenSlot slot, HeldToken refused, HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var renewal = slot.RenewAsync(refused, cancellationToken);
        if (!RepeatableBody.Is(request.Content))
            return null;
        try
        {
            return await renewal.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            response.Dispose();
            throw;
        }
    }

    // The same message is sent again, as the framework's own handlers do: it keeps version, options and what outer handlers know it
    // by. Without its header in between, so that a handler outside may send it again and nothing finds the token in it.
    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HeldToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = token.Header;
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }

    private HttpResponseMessage Send(HttpRequestMessage request, HeldToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = token.Header;
        try
        {
            return base.Send(request, cancellationToken);
        }
        finally
        {
            request.Headers.Authorization = null;
        }
    }
}
