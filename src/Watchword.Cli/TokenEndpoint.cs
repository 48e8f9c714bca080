// One POST to an issuer's token endpoint, bounded in time and size, never redirected (RFC 6749 sections 2.3.1, 4.4 and 5).
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>An issuer's token endpoint.</summary>
internal sealed class TokenEndpoint : IDisposable
{
    private const int LongestAnswer = 256 * 1024;
    private readonly Uri _issuer;
    private readonly HttpClient _http;

    /// <summary>Makes the endpoint of one issuer; <paramref name="caFile"/> names the authority that alone may vouch for it.</summary>
    public TokenEndpoint(Uri issuer, string? caFile)
    {
        _issuer = issuer;
        _http = new HttpClient(Handler(caFile)) { Timeout = TimeSpan.FromSeconds(10), MaxResponseContentBufferSize = LongestAnswer };
    }

    /// <summary>Asks, and gives the issuer's answer.</summary>
    /// <exception cref="CommandFault">The issuer refused, or did not answer.</exception>
    public async Task<JsonElement> RequestAsync(string client, string apiKey, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_issuer, "/oauth2/token")) { Content = new FormUrlEncodedContent(form) };
        var basic = $"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(apiKey)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        request.Headers.Accept.ParseAdd("application/json");
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var answer = Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return response.StatusCode == HttpStatusCode.OK ? answer : throw Refusal(response.StatusCode, answer);
        }
        catch (HttpRequestException fault)
        {
            var reason = (fault.InnerException?.Message ?? fault.Message).TrimEnd('.');
            throw CommandFault.Unreachable($"The issuer {_issuer.OriginalString} could not be reached ({reason}); check --issuer, and that it runs.");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandFault.Unreachable($"The issuer {_issuer.OriginalString} did not answer in time; try again, or look at its log.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private CommandFault Refusal(HttpStatusCode status, JsonElement answer)
    {
        if ((int)status is < 400 or >= 500 || answer.Text("error") is not { Length: > 0 } code)
        {
            return CommandFault.Unreachable($"{_issuer.OriginalString} answered {(int)status} instead of issuing a token; check --issuer, or look at the issuer's log.");
        }

        var description = answer.Text("error_description");
        return CommandFault.Refused(Output.Ascii($"The issuer refused: {code}{(description.Length > 0 ? $": {description}" : "")}"));
    }

    private static JsonElement Parse(byte[] content)
    {
        try
        {
            return JsonElement.Parse(content, JsonFields.Strict);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static SocketsHttpHandler Handler(string? caFile)
    {
        try
        {
            return PrivateAuthority.CreateHandler(caFile);
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }
}
