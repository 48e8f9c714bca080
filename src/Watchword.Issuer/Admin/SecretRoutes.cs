// /admin/v1/resources/secrets: the secrets that HS256 resources share with the issuer, and how one takes the place of another.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;

namespace Watchword.Issuer.Admin;

internal sealed class SecretRoutes(SharedSecretStore secrets)
{
    public async Task AddAsync(HttpContext context)
    {
        var resource = await ReadAsync(context);
        var (secret, stored) = await secrets.AddAsync(resource, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status201Created, json =>
        {
            json.WriteString("resource", resource);
            Write(json, stored);
            json.WriteString("shared_secret", secret.Reveal());
        });
    }

    public async Task ActivateAsync(HttpContext context)
    {
        var resource = await ReadAsync(context);
        var (active, retired) = await secrets.ActivateAsync(resource, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("resource", resource);
            Write(json, active);
            if (retired is not null) json.WriteString("retired_kid", retired.KeyId);
        });
    }

    public async Task ListAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        await AdminJson.WriteListAsync(
            context, "secrets", await secrets.ListAsync(AdminQuery.Required(context, "resource"), context.RequestAborted), Write);
    }

    public async Task RevokeAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource", "kid");
        var resource = AdminQuery.Required(context, "resource");
        var (revoked, active) = await secrets.RevokeAsync(resource, AdminQuery.Required(context, "kid"), context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("resource", resource);
            Write(json, revoked);
            if (active is not null) json.WriteString("active_kid", active.KeyId);
        });
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        using var body = await JsonBody.ReadAsync(context);
        return AdminQuery.Required(context, "resource");
    }

    private static void Write(Utf8JsonWriter json, StoredSecret secret)
    {
        json.WriteString("kid", secret.KeyId);
        json.WriteString("state", KeyStateText.Of(secret.State));
        AdminJson.WriteTime(json, "created", secret.Created);
        AdminJson.WriteTime(json, "activated", secret.Activated);
        AdminJson.WriteTime(json, "retired", secret.Retired);
        AdminJson.WriteTime(json, "revoked", secret.Revoked);
    }
}
