// GET /.well-known/jwks.json: the public halves of the signing keys: active, standby and retired (RFC 7517 §5).
using Microsoft.AspNetCore.Http;
using Watchword.AspNetCore;
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal sealed class KeySetEndpoint(SigningKeys keys, HolderNotes holders)
{
    private volatile Snapshot? _snapshot;

    public Task HandleAsync(HttpContext context)
    {
        var published = keys.Ring.Published;
        var snapshot = _snapshot;
        if (snapshot is null || !ReferenceEquals(snapshot.Keys, published))
            _snapshot = snapshot = new Snapshot(published, keys.NewestOf(published), new PublishedDocument(published.ToJson()));
        if (context.Request.Headers.TryGetValue(KeyHolder.Header, out var header) && header.Count == 1
            && HttpMethods.IsGet(context.Request.Method) && KeyHolder.TryParse(header[0], out var holder))
        {
            holders.Add(holder, snapshot.Newest);
        }
        return snapshot.Document.WriteAsync(context);
    }

    private sealed record Snapshot(KeySet Keys, long Newest, PublishedDocument Document);
}
