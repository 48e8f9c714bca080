// /admin/v1/clients/{id}/grants: which scopes of which resource a client may ask for.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Clients;

namespace Watchword.Issuer.Admin;

internal sealed class GrantRoutes(GrantStore grants)
{
    public async Task AddAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "resource", "scopes");
        var grant = await grants.AddAsync(
            clientId, body.RequiredText("resource"), body.OptionalTexts("scopes") ?? [], context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("client_id", grant.ClientId);
            AdminJson.WriteGrant(json, grant);
        });
    }

    public async Task ListAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        await AdminJson.WriteListAsync(context, "grants", await grants.ListAsync(clientId, context.RequestAborted), AdminJson.WriteGrant);
    }

    public async Task RemoveAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context, "resource", "scope");
        await grants.RemoveAsync(
            clientId, AdminQuery.Required(context, "resource"), AdminQuery.Optional(context, "scope"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
