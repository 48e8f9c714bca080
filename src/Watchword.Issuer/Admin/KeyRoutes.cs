// /admin/v1/keys: the signing keys, their rotation and the emergency path. What targets say of themselves is only claimed.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Keys;
using Watchword.Keys;

namespace Watchword.Issuer.Admin;

internal sealed class KeyRoutes(KeyAdministration keys)
{
    public async Task ListAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        await AdminJson.WriteListAsync(context, "keys", await keys.ListAsync(context.RequestAborted), Write);
    }

    public async Task RotateAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "algorithm", "now", "plan");
        var (algorithm, isPlan) = (body.OptionalText("algorithm"), body.Flag("plan"));
        var outlooks = isPlan
            ? await keys.PlanAsync(algorithm, context.RequestAborted)
            : await keys.RotateAsync(algorithm, body.Flag("now"), context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("rotated", !isPlan);
            AdminJson.WriteList(json, "keys", outlooks, (writer, outlook) =>
            {
                Write(writer, outlook);
                writer.WriteString("message", isPlan ? KeySentences.Plan(outlook) : KeySentences.Done(outlook));
            });
        });
    }

    public async Task RevokeAsync(HttpContext context, string kid)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "reason");
        var changes = await keys.RevokeAsync(kid, body.RequiredText("reason"), context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("kid", kid);
            json.WriteString("algorithm", changes[0].Algorithm.Name);
            json.WriteString("state", KeyStateText.Of(KeyState.Revoked));
            if (changes.FirstOrDefault(change => change.To == KeyState.Active) is { } active) json.WriteString("active", active.KeyId);
            if (changes.FirstOrDefault(change => change.To == KeyState.Standby) is { } standby) json.WriteString("standby", standby.KeyId);
            json.WriteString("message", KeySentences.Revoked(changes));
        });
    }

    // Activates and retires are always there, so that a program finds them: null is "not known", or "never".
    private static void Write(Utf8JsonWriter json, ListedKey listed)
    {
        var key = listed.Key;
        json.WriteString("kid", key.KeyId);
        json.WriteString("algorithm", key.Algorithm.Name);
        json.WriteString("state", KeyStateText.Of(key.State));
        AdminJson.WriteTime(json, "created", key.Created);
        WriteTimeOrNull(json, "activates", listed.Activates);
        WriteTimeOrNull(json, "retires", listed.Retires);
        AdminJson.WriteTime(json, "leaves", listed.Leaves);
        AdminJson.WriteTime(json, "revoked", key.Revoked);
        if (key.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteNumber("targets_holding", listed.Holders.HoldingStandby);
        json.WriteNumber("targets_seen", listed.Holders.Seen);
    }

    private static void Write(Utf8JsonWriter json, RotationOutlook outlook)
    {
        json.WriteString("algorithm", outlook.Algorithm.Name);
        json.WriteString("active", outlook.Active.KeyId);
        json.WriteString("standby", outlook.Standby.KeyId);
        json.WriteBoolean("ready", outlook.IsReady);
        AdminJson.WriteTime(json, "activates", outlook.Activates);
        json.WriteNumber("targets_holding", outlook.Holders.HoldingStandby);
        json.WriteNumber("targets_seen", outlook.Holders.Seen);
        AdminJson.WriteList(json, "targets_without", outlook.Waiting, (writer, target) =>
        {
            writer.WriteString("resource", target.Resource);
            writer.WriteString("instance", target.Instance);
            writer.WriteString("version", target.Version);
            AdminJson.WriteTime(writer, "seen", target.Seen);
        });
    }

    private static void WriteTimeOrNull(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is null) json.WriteNull(name);
        else AdminJson.WriteTime(json, name, time);
    }
}
