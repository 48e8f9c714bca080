// What the log says about the issuer's keys: that fetching began to fail, once a minute that it still does, and what it means; and that it works.
using System.Globalization;
using Microsoft.Extensions.Logging;
using Watchword.Trust;

namespace Watchword.AspNetCore;

// Fetches of one key set follow one another, so that nothing here needs a lock; so do the writings to its folder.
internal sealed class KeyRefreshLog(string scheme, ILogger logger, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FolderInterval = TimeSpan.FromHours(1);
    private long? _reported;
    private long? _folderReported;
    private string? _folderFault;
    private int _keys;
    private bool _works;

    /// <summary>After a fetch.</summary>
    public void Note(KeySetState state)
    {
        if (state.Fault is { } fault)
            NoteFailure(state, fault);
        else
            NoteSuccess(state);
        _keys = state.Keys;
    }

    /// <summary>After the start, before any fetch.</summary>
    public void NoteStart(KeySetState state)
    {
        if (state.IsFromFolder)
            Log.KeysRestored(logger, scheme, state.Keys, state.Issuer, Ago(state.Age), FromNow(state.UsableFor));
    }

    /// <summary>When the folder of keys cannot be used: once an hour, or at once where it is another fault.</summary>
    public void NoteFolder(string fault)
    {
        if (fault == _folderFault && _folderReported is { } last && clock.GetElapsedTime(last) < FolderInterval)
            return;
        _folderFault = fault;
        _folderReported = clock.GetTimestamp();
        Log.KeyFolderFailed(logger, scheme, fault);
    }

    private void NoteSuccess(KeySetState state)
    {
        if (!_works)
            Log.KeysFetched(logger, scheme, state.Keys, state.Issuer);
        _works = true;
        _reported = null;
    }

    private void NoteFailure(KeySetState state, string fault)
    {
        _works = false;
        if (_keys > 0 && state.Keys == 0)
            Log.KeysDropped(logger, scheme, _keys, state.Issuer);
        if (_reported is { } last && clock.GetElapsedTime(last) < Interval)
            return;
        _reported = clock.GetTimestamp();
        Log.KeysNotFetched(logger, scheme, state.Issuer, Consequence(state), fault);
    }

    private string Consequence(KeySetState state) => state.Keys == 0
        ? "has none, so that its tokens are refused"
        : $"goes on with the {state.Keys} it has, fetched at {Ago(state.Age)}, until {FromNow(state.UsableFor)}";

    private string Ago(TimeSpan? age) => Text(clock.GetUtcNow() - age.GetValueOrDefault());

    private string FromNow(TimeSpan? time) => Text(clock.GetUtcNow() + time.GetValueOrDefault());

    private static string Text(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
