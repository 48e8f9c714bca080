// What a service does to its peers all the time: calls with tokens that are kept and with new ones, and calls that must be refused.
using System.Net;
using System.Net.Http.Headers;
using Watchword.Client;
using Watchword.Trust;

namespace Watchword.FaultProcess;

/// <param name="identity">The service's own.</param>
/// <param name="forged">What must be refused.</param>
/// <param name="peers">Whom it calls.</param>
/// <param name="kept">A client for each peer, to which the client library attaches the tokens that it keeps.</param>
/// <param name="network">What all requests go through.</param>
internal sealed class PeerLoad(
    ServiceIdentity identity, ForgedTokens forged, IReadOnlyList<CalledTarget> peers, Func<CalledTarget, HttpClient> kept, HttpMessageHandler network) : IDisposable
{
    private static readonly TimeSpan CallPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ForgedPause = TimeSpan.FromMilliseconds(150);
    private readonly Workers _workers = new();
    private readonly HttpClient _direct = new(network, disposeHandler: false) { Timeout = Witness.LongestWait };

    public required Tally Tally { get; init; }

    public required SeenTokens Seen { get; init; }

    public void Start()
    {
        foreach (var peer in peers)
        {
            var witness = new HttpClient(new Witness(peer, Tally, Seen, network), disposeHandler: false) { Timeout = Witness.LongestWait };
            _workers.Add(CallPause, () => CallAsync(peer, () => kept(peer), token: null));
            // Its keys change every few seconds, and a kept token lives longer; so each key signs some of these.
            _workers.Add(CallPause, () => CallAsync(peer, () => witness, identity.Sign(peer.Resource, ServiceRole.Scope)));
            _workers.Add(ForgedPause, () => CallForgedAsync(peer));
        }
    }

    public Task StopAsync() => _workers.StopAsync();

    public void Dispose()
    {
        _workers.Dispose();
        _direct.Dispose();
    }

    private async Task CallAsync(CalledTarget peer, Func<HttpClient> client, string? token)
    {
        Tally.Count(peer, "sent");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, peer.Url);
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client().SendAsync(request);
            Tally.Count(peer, answer.StatusCode == HttpStatusCode.OK ? "accepted" : "failed: " + Witness.Reason(answer));
        }
        catch (TokenUnavailableException e)
        {
            Tally.Count(peer, "failed: " + e.Message);
        }
        catch (HttpRequestException)
        {
            Tally.Count(peer, "not there");
        }
        catch (OperationCanceledException)
        {
            Tally.Count(peer, Witness.NoAnswer);
        }
    }

    private async Task CallForgedAsync(CalledTarget peer)
    {
        try
        {
            var (what, token) = forged.Next(peer, peers.First(other => other != peer));
            using var request = new HttpRequestMessage(HttpMethod.Get, peer.Url);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Tally.Count(peer, "sent to be refused");
            using var answer = await _direct.SendAsync(request);
            Tally.Count(peer, answer.StatusCode == HttpStatusCode.OK ? $"wrongly accepted: a token {what}" : $"refused {what}: {Witness.Code(answer)}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            // Nobody there, or too slow to answer; the good calls say so.
        }
    }
}
