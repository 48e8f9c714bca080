// Asks the issuer for one token: a client credentials request (RFC 6749 §4.4, RFC 8707 §2), bounded in time and size.
using System.Net;
using System.Net.Http.Headers;
using Watchword.Trust;

namespace Watchword.Client.Tokens;

internal sealed class TokenRequest : ITokenSource
{
    /// <summary>The longest an answer may take, until its last byte.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>The longest answer that is read, in bytes.</summary>
    public const int LongestAnswer = 64 * 1024;

    private readonly TokenEndpoint _endpoint;
    private readonly CredentialChoice _credentials;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _clock;

    public TokenRequest(TokenEndpoint endpoint, CredentialChoice credentials, string? caFile, TimeProvider clock)
    {
        _endpoint = endpoint;
        _credentials = credentials;
        _clock = clock;
        var handler = PrivateAuthority.CreateHandler(caFile);
        handler.MaxResponseDrainSize = 0;
        // Requests are minutes apart: a connection kept that long is dead when it is needed.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15);
        _http = new HttpMessageInvoker(handler);
    }

    public Task<TokenOutcome> GetAsync(TokenTarget target, CancellationToken stopping) => _credentials.UseAsync(async credential =>
    {
        var outcome = await TryAsync(credential, target, stopping).ConfigureAwait(false);
        ClientTelemetry.CountTokenRequest(outcome.Failure?.Kind);
        return outcome;
    });

    public void Dispose()
    {
        _http.Dispose();
        _endpoint.Dispose();
    }

    private async Task<TokenOutcome> TryAsync(ApiKeyCredential credential, TokenTarget target, CancellationToken stopping)
    {
        if (!credential.TryAuthenticate(out var header, out var fault))
            return TokenFailure.NoCredential(fault);
        Uri endpoint;
        try
        {
            endpoint = await _endpoint.FindAsync().ConfigureAwait(false);
        }
        catch (FetchException e)
        {
            return TokenFailure.NotFound(e);
        }
        using var timeout = new CancellationTokenSource(LongestWait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await PostAsync(endpoint, target, header, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!stopping.IsCancellationRequested)
        {
            // Ours, or that of the connection, which has a limit of its own and says it the same way.
            var wait = timeout.IsCancellationRequested ? "did not answer within 10 seconds" : "did not take up a connection in time";
            return TokenFailure.NotReached(endpoint, wait, e, "timeout");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return TokenFailure.NotReached(endpoint, $"could not be reached ({PrintableText.From(e.Message, 200)})", e);
        }
    }

    private async Task<TokenOutcome> PostAsync(Uri endpoint, TokenTarget target, AuthenticationHeaderValue header, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = Form(target) };
        request.Headers.Authorization = header;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var asked = TokenMoment.Now(_clock);
        using var response = await _http.SendAsync(request, ct).ConfigureAwait(false);
        if (await ReadAsync(response.Content, ct).ConfigureAwait(false) is not { } body)
            return TokenFailure.NotUnderstood(endpoint, response.StatusCode, "with more than 64 KiB, which is not read");
        if (response.StatusCode != HttpStatusCode.OK)
        {
            if ((int)response.StatusCode is >= 300 and < 400 or 404 or 405 or 410)
                _endpoint.Forget();
            return TokenRefusal.Read(endpoint, response, body, _clock);
        }
        if (!TokenAnswer.TryRead(body, target, out var answer, out var fault))
            return TokenFailure.NotUnderstood(endpoint, response.StatusCode, fault);
        var token = new AccessToken(answer.Token, target.Resource, answer.Scope, asked.Wall + answer.ExpiresIn);
        var jitter = (Random.Shared.NextDouble() * 2) - 1;
        return new HeldToken(token, TokenLife.Plan(answer.ExpiresIn, answer.RefreshIn, jitter), asked, _clock);
    }

    private static FormUrlEncodedContent Form(TokenTarget target)
    {
        var form = new List<KeyValuePair<string, string>>(3)
        {
            new("grant_type", "client_credentials"),
            new("resource", target.Resource),
        };
        if (target.Scope is not null)
            form.Add(new("scope", target.Scope));
        return new FormUrlEncodedContent(form);
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken ct)
    {
        if (content.Headers.ContentLength > LongestAnswer)
            return null;
        var buffer = new byte[LongestAnswer + 1];
        using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (length > LongestAnswer)
            return null;
        return buffer.AsMemory(0, length);
    }
}
