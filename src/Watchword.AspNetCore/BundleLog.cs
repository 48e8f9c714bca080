// What the log says about a trust bundle: which one is followed, why another is not, and that it has expired.
using System.Globalization;
using Microsoft.Extensions.Logging;
using Watchword.Trust;

namespace Watchword.AspNetCore;

// Looks follow one another, so that nothing here needs a lock.
internal sealed class BundleLog(string scheme, WatchwordOptions options, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private long? _serial;
    private string? _fault;
    private long _faultNoted;
    private BundleStanding _standing = BundleStanding.Good;
    private long _standingNoted;

    /// <summary>Before the first look in the background.</summary>
    public void NoteStart(BundleState state)
    {
        if (options.TrustBundleKeyFiles is null && !BundleSettings.IsFile(options))
            Log.BundleUnsigned(logger, scheme, state.Place);
        Note(state);
    }

    /// <summary>After a look. What stays as it is said once an hour.</summary>
    public void Note(BundleState state)
    {
        if (state.Serial is { } serial && serial != _serial)
            Log.BundleTaken(logger, scheme, state.Place, serial, state.Issuers, state.VerifiedBy is { } key ? $"signed by {key}" : "not verified by a pinned key", Text(state.Expires));
        _serial = state.Serial;
        if (state.Fault is { } fault && IsNews(fault != _fault, ref _faultNoted))
            Log.BundleNotTaken(logger, scheme, state.Serial is { } old ? $"goes on with serial {old} of the trust bundle {state.Place}" : $"has no trust bundle of {state.Place} yet", fault);
        _fault = state.Fault;
        if (state.Serial is not null && state.Standing != BundleStanding.Good && IsNews(state.Standing != _standing, ref _standingNoted))
            NoteExpiry(state);
        _standing = state.Standing;
    }

    private void NoteExpiry(BundleState state)
    {
        if (state.Standing == BundleStanding.Expired)
            Log.BundleExpired(logger, scheme, state.Place, Text(state.Expires), Text(state.Expires + options.KeepExpiredBundleFor));
        else
            Log.BundleDropped(logger, scheme, state.Place, Text(state.Expires));
    }

    private bool IsNews(bool isDifferent, ref long noted)
    {
        if (!isDifferent && clock.GetElapsedTime(noted) < Interval)
            return false;
        noted = clock.GetTimestamp();
        return true;
    }

    private static string Text(DateTimeOffset? time) => time.GetValueOrDefault().ToString("u", CultureInfo.InvariantCulture);
}
