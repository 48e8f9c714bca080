// The load itself: workers for each target, and the life of the session they share.
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Watchword.Client;

namespace Watchword.FaultProcess;

internal sealed class Load : IDisposable
{
    private const int WorkersForEach = 4;
    private static readonly TimeSpan BadTokenPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PreparationPause = TimeSpan.FromSeconds(0.25);

    // A call that began in a session may still be waiting for its token, and then for its answer.
    private static readonly TimeSpan LastCall = Witness.LongestWait + TimeSpan.FromSeconds(15);
    private readonly WatchwordClientOptions _options;
    private readonly IReadOnlyList<CalledTarget> _targets;
    private readonly IReadOnlyList<string> _resources;
    private readonly BadTokens _bad;
    private readonly TimeSpan? _pause;
    private readonly TimeSpan? _renew;
    private readonly SocketsHttpHandler _network = new() { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 50 };
    private readonly HttpMessageInvoker _direct;
    private readonly Workers _workers = new();
    private Session _session;

    public Load(IConfiguration settings)
    {
        _options = new WatchwordClientOptions
        {
            Issuer = settings.Need("issuer"),
            ClientId = settings.Need("client"),
            ApiKeyFile = settings.Need("key-file"),
            SecondApiKeyFile = settings["second-key-file"],
        };
        _targets = CalledTarget.Read(settings);
        var other = settings.Need("other");
        Seen = new SeenTokens(Tally);
        _bad = new BadTokens(Seen, other, settings.Seconds("leeway") ?? TimeSpan.Zero);
        var rate = double.Parse(settings.Need("rate"), CultureInfo.InvariantCulture);
        _pause = rate > 0 ? TimeSpan.FromSeconds(WorkersForEach / rate) : null;
        // Who calls only when told to has no token for its targets until then.
        _resources = rate > 0 ? [.. _targets.Select(static target => target.Resource).Append(other).Distinct()] : [other];
        _renew = settings.Seconds("renew");
        _direct = new HttpMessageInvoker(_network, disposeHandler: false);
        _session = NewSession();
    }

    public Tally Tally { get; } = new();

    public SeenTokens Seen { get; }

    /// <summary>The caller's own, by which it knows how old its tokens are.</summary>
    public MovableClock Clock { get; } = new();

    public void Start()
    {
        if (_pause is not { } pause)
            return;
        var prepared = PrepareAsync();
        foreach (var target in _targets)
        {
            for (var i = 0; i < WorkersForEach; i++)
                Add(pause, () => CallAsync(target));
            if (!target.IsPlain)
                Add(BadTokenPause, () => CallBadlyAsync(target));
        }
        if (_renew is { } renew)
            Add(renew, RenewAsync);

        void Add(TimeSpan pauseAfter, Func<Task> work) => _workers.Add(pauseAfter, async () =>
        {
            await prepared;
            await work();
        });
    }

    /// <summary>
    /// Finds the issuer and gets the first tokens before anything is counted, as often as it takes: while all processes start, an answer may
    /// come too late. A failure that waiting does not mend is left to the calls, which count it.
    /// </summary>
    public async Task PrepareAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await _session.PrepareAsync(_resources, _workers.Stopping);
                return;
            }
            catch (TokenUnavailableException e)
            {
                if (!e.IsIssuerUnreachable || TimeProvider.System.GetElapsedTime(since) > Witness.LongestWait)
                    return;
            }
            await Task.Delay(PreparationPause, TimeProvider.System, _workers.Stopping);
        }
    }

    /// <summary>So many callers at once, each with one call to each target.</summary>
    public Task BurstAsync(int callers) =>
        Task.WhenAll(Enumerable.Range(0, callers).SelectMany(_ => _targets.Select(target => Task.Run(() => CallAsync(target)))));

    public Task StopAsync() => _workers.StopAsync();

    public void Dispose()
    {
        _session.Dispose();
        _direct.Dispose();
        _network.Dispose();
        _workers.Dispose();
    }

    private Session NewSession() => new(_options, Clock, _targets, Tally, Seen, _network);

    private async Task CallAsync(CalledTarget target)
    {
        Tally.Count(target, "sent");
        try
        {
            var session = Volatile.Read(ref _session);
            using var request = new HttpRequestMessage(HttpMethod.Get, target.Url);
            if (target.IsPlain)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await session.Tokens.GetTokenAsync(target.Resource)).Reveal());
            using var answer = await session[target].SendAsync(request);
            Tally.Count(target, answer.StatusCode == HttpStatusCode.OK ? "accepted" : "failed: " + Witness.Reason(answer));
        }
        catch (TokenUnavailableException e)
        {
            Tally.Count(target, "failed: " + e.Message);
        }
        catch (HttpRequestException)
        {
            Tally.Count(target, "not there");
        }
        catch (OperationCanceledException)
        {
            Tally.Count(target, Witness.NoAnswer);
        }
    }

    private async Task CallBadlyAsync(CalledTarget target)
    {
        try
        {
            if (await _bad.NextAsync(Volatile.Read(ref _session).Tokens, target) is not var (what, token))
                return;
            using var request = new HttpRequestMessage(HttpMethod.Get, target.Url);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            Tally.Count(target, "sent to be refused");
            using var answer = await _direct.SendAsync(request, CancellationToken.None);
            Tally.Count(target, answer.StatusCode == HttpStatusCode.OK ? $"wrongly accepted: a token {what}" : "refused " + what);
        }
        catch (HttpRequestException)
        {
            // No token to make a bad one of, or no target; the good requests say so.
        }
    }

    // The old session goes on until the new one has its tokens, as when a new instance of a service is put in.
    private async Task RenewAsync()
    {
        var next = NewSession();
        try
        {
            await next.PrepareAsync(_resources, _workers.Stopping);
            var last = Interlocked.Exchange(ref _session, next);
            _ = Task.Delay(LastCall, TimeProvider.System).ContinueWith(_ => last.Dispose(), TaskScheduler.Default);
        }
        catch (Exception e) when (e is TokenUnavailableException or OperationCanceledException)
        {
            next.Dispose();
        }
    }
}
