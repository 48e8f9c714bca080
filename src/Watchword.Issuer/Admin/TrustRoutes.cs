// /admin/v1/trust: the registry of issuers that targets trust beside this one, and the bundle that is published of it.
using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Trust;
using Watchword.Trust;

namespace Watchword.Issuer.Admin;

internal sealed class TrustRoutes(TrustRegistry registry, PublishedBundle published, TrustLog log)
{
    // A signed bundle of the largest size, as a JSON string.
    private const int MaxPublishedBytes = 4 * 1024 * 1024;

    public async Task PutAsync(HttpContext context, bool mayReplace)
    {
        AdminQuery.Allow(context);
        var entry = TrustRules.ReadEntry((await JsonBody.ReadBytesAsync(context)).ToArray());
        var version = await registry.PutAsync(entry, mayReplace, context.RequestAborted);
        log.Registered(entry.Issuer);
        await TakeUpAsync(version, "somebody was registered", isNew: !version.IsSigned);
        await WriteEntryAsync(context, mayReplace ? StatusCodes.Status200OK : StatusCodes.Status201Created, entry, version);
    }

    public async Task GetAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "issuer");
        var issuer = AdminQuery.Optional(context, "issuer");
        var entry = issuer is null ? null : await registry.GetAsync(issuer, context.RequestAborted);
        var entries = entry is null ? await registry.ListAsync(context.RequestAborted) : [];
        var version = await registry.VersionAsync(context.RequestAborted);
        if (entry is not null)
        {
            await WriteEntryAsync(context, StatusCodes.Status200OK, entry, version);
            return;
        }
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("issuers");
            foreach (var each in entries) TrustBundleText.WriteEntry(json, each);
            json.WriteEndArray();
            WriteBundle(json, version);
        });
    }

    public async Task RemoveAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "issuer");
        var issuer = AdminQuery.Required(context, "issuer");
        var version = await registry.RemoveAsync(issuer, context.RequestAborted);
        log.Removed(issuer);
        await TakeUpAsync(version, "somebody was removed", isNew: !version.IsSigned);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("issuer", issuer);
            WriteBundle(json, version);
        });
    }

    public async Task ExportAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context);
        var draft = await registry.ExportAsync(context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("serial", draft.Version.Serial);
            AdminJson.WriteTime(json, "expires", draft.Version.Expires);
            json.WriteString("document", draft.Document);
        });
    }

    public async Task PublishAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, MaxPublishedBytes, "document", "unsigned");
        var (document, isUnsigned) = (body.OptionalText("document"), body.Flag("unsigned"));
        if (document is null != isUnsigned)
            throw AdminRefusal.Invalid("Give a signed document, or unsigned as true, and not both.");
        var version = document is null
            ? await registry.PublishUnsignedAsync(context.RequestAborted)
            : await registry.PublishAsync(document, context.RequestAborted);
        await TakeUpAsync(version, "an operator published it", isNew: true);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => WriteBundle(json, version));
    }

    // Once it is committed it is in force, also if whoever asked for it is gone.
    private async Task TakeUpAsync(BundleVersion version, string reason, bool isNew)
    {
        if (isNew) log.Published(version, reason);
        await published.ReloadAsync(CancellationToken.None);
    }

    private static Task WriteEntryAsync(HttpContext context, int status, TrustEntry entry, BundleVersion? version) =>
        AdminJson.WriteAsync(context, status, json =>
        {
            json.WritePropertyName("entry");
            TrustBundleText.WriteEntry(json, entry);
            WriteBundle(json, version);
        });

    private static void WriteBundle(Utf8JsonWriter json, BundleVersion? version)
    {
        if (version is null) return;
        json.WriteStartObject("bundle");
        json.WriteNumber("serial", version.Serial);
        AdminJson.WriteTime(json, "published", version.Made);
        AdminJson.WriteTime(json, "expires", version.Expires);
        json.WriteBoolean("signed", version.IsSigned);
        json.WriteBoolean("lags", version.Lags);
        json.WriteEndObject();
    }
}
