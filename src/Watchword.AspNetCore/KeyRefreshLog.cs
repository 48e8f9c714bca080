// What the log says about fetching the issuer's keys: that it began to fail, once a minute that it still does, and that it works.
using Microsoft.Extensions.Logging;
using Watchword.Trust;

namespace Watchword.AspNetCore;

// Fetches of one key set follow one another, so that nothing here needs a lock.
internal sealed class KeyRefreshLog(string scheme, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private DateTimeOffset? _reported;
    private bool _works;

    public void Note(KeySetRefresh refresh)
    {
        if (refresh.Fault is null)
            NoteSuccess(refresh);
        else
            NoteFailure(refresh, refresh.Fault);
    }

    private void NoteSuccess(KeySetRefresh refresh)
    {
        if (!_works)
            Log.KeysFetched(logger, scheme, refresh.Keys, refresh.Issuer);
        _works = true;
        _reported = null;
    }

    private void NoteFailure(KeySetRefresh refresh, string fault)
    {
        _works = false;
        var now = clock.GetUtcNow();
        if (_reported is { } last && now - last < Interval)
            return;
        _reported = now;
        Log.KeysNotFetched(logger, scheme, refresh.Issuer, refresh.Keys, fault);
    }
}
