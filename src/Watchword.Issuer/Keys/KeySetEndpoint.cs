// GET /.well-known/jwks.json: the public halves of the signing keys, active and standby (RFC 7517 §5).
using Microsoft.AspNetCore.Http;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeySetEndpoint(KeyRing ring)
{
    private volatile Snapshot? _snapshot;

    public Task HandleAsync(HttpContext context)
    {
        var keys = ring.Published;
        var snapshot = _snapshot;
        if (snapshot is null || !ReferenceEquals(snapshot.Keys, keys))
            _snapshot = snapshot = new Snapshot(keys, new PublishedDocument(keys.ToJson()));
        return snapshot.Document.WriteAsync(context);
    }

    private sealed record Snapshot(KeySet Keys, PublishedDocument Document);
}
