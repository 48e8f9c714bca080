// One life of a calling service: its tokens, and a client for each target. A new one asks the issuer for new tokens.
using Watchword.Client;

namespace Watchword.FaultProcess;

internal sealed class Session : IDisposable
{
    private readonly Dictionary<CalledTarget, HttpClient> _clients;

    public Session(WatchwordClientOptions options, TimeProvider clock, IEnumerable<CalledTarget> targets, Tally tally, SeenTokens seen, HttpMessageHandler network)
    {
        Tokens = new WatchwordTokens(options, clock: clock);
        _clients = targets.ToDictionary(static target => target, target =>
            new HttpClient(Handler(target, new Witness(target, tally, seen, network)), disposeHandler: false) { Timeout = Witness.LongestWait });
    }

    public WatchwordTokens Tokens { get; }

    public HttpClient this[CalledTarget target] => _clients[target];

    /// <summary>Gets a token for each resource ahead of the first call.</summary>
    public async Task PrepareAsync(IEnumerable<string> resources, CancellationToken cancellation)
    {
        foreach (var resource in resources)
            await Tokens.GetTokenAsync(resource, null, cancellation);
    }

    public void Dispose() => Tokens.Dispose();

    private HttpMessageHandler Handler(CalledTarget target, Witness witness) => target.IsPlain
        ? witness
        : new WatchwordTokenHandler(Tokens, target.Resource, null, target.Url) { InnerHandler = witness };
}
