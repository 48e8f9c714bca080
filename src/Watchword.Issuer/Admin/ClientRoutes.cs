// /admin/v1/clients: who may ask for tokens.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Clients;

namespace Watchword.Issuer.Admin;

internal sealed class ClientRoutes(ClientStore clients, CredentialStore credentials, GrantStore grants)
{
    public async Task CreateAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "client_id", "credential_name", "expires_in");
        var (client, made) = await clients.CreateAsync(
            body.RequiredText("client_id"),
            body.OptionalText("credential_name"),
            body.OptionalSeconds("expires_in"),
            context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status201Created, json =>
        {
            AdminJson.WriteClient(json, client);
            json.WriteString("credential_id", made.Credential.CredentialId);
            json.WriteString("credential_name", made.Credential.Name);
            AdminJson.WriteTime(json, "expires", made.Credential.Expires);
            json.WriteString("api_key", made.Key.Reveal());
        });
    }

    public async Task ListAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        await AdminJson.WriteListAsync(context, "clients", await clients.ListAsync(context.RequestAborted), AdminJson.WriteClient);
    }

    public async Task GetAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        var client = await clients.GetAsync(clientId, context.RequestAborted);
        var itsCredentials = await credentials.ListAsync(clientId, context.RequestAborted);
        var itsGrants = await grants.ListAsync(clientId, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            AdminJson.WriteClient(json, client);
            AdminJson.WriteList(json, "credentials", itsCredentials, AdminJson.WriteCredential);
            AdminJson.WriteList(json, "grants", itsGrants, AdminJson.WriteGrant);
        });
    }

    public async Task SetDisabledAsync(HttpContext context, string clientId, bool disabled)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context);
        var client = await clients.SetDisabledAsync(clientId, disabled, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => AdminJson.WriteClient(json, client));
    }

    public async Task DeleteAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        await clients.DeleteAsync(clientId, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
