// A key set at a well-known place that changes now and then: written anew only when it has (RFC 7517 §5).
using Microsoft.AspNetCore.Http;
using Watchword.Keys;

namespace Watchword.AspNetCore;

internal sealed class PublishedKeySet(Func<KeySet> keys)
{
    private volatile Snapshot? _snapshot;

    public Task WriteAsync(HttpContext context)
    {
        var current = keys();
        var snapshot = _snapshot;
        if (snapshot is null || !ReferenceEquals(snapshot.Keys, current))
            _snapshot = snapshot = new Snapshot(current, new PublishedDocument(current.ToJson()));
        return snapshot.Document.WriteAsync(context);
    }

    private sealed record Snapshot(KeySet Keys, PublishedDocument Document);
}
