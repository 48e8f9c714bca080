// /admin/v1/clients/{id}/credentials and /admin/v1/credentials/{id}: the API keys of a client.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Usage;

namespace Watchword.Issuer.Admin;

internal sealed class CredentialRoutes(CredentialStore credentials, UsageCounter usage)
{
    public async Task AddAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "name", "expires_in");
        var made = await credentials.AddAsync(
            clientId, body.OptionalText("name"), body.OptionalSeconds("expires_in"), context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status201Created, json =>
        {
            json.WriteString("client_id", made.Credential.ClientId);
            AdminJson.WriteCredential(json, made.Credential);
            json.WriteString("api_key", made.Key.Reveal());
        });
    }

    public async Task ListAsync(HttpContext context, string clientId)
    {
        AdminQuery.Allow(context);
        // What was counted since the last flush belongs in last_used too.
        await usage.FlushAsync(context.RequestAborted);
        await AdminJson.WriteListAsync(
            context, "credentials", await credentials.ListAsync(clientId, context.RequestAborted), AdminJson.WriteCredential);
    }

    public async Task RevokeAsync(HttpContext context, string credentialId)
    {
        AdminQuery.Allow(context, "if_unused_for");
        var unusedFor = AdminQuery.OptionalSeconds(context, "if_unused_for");
        if (unusedFor is not null) await usage.FlushAsync(context.RequestAborted);
        var credential = await credentials.RevokeAsync(credentialId, unusedFor, WithUnwritten, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("client_id", credential.ClientId);
            AdminJson.WriteCredential(json, credential);
        });
    }

    // A flush may have failed, and tokens are issued meanwhile.
    private Credential WithUnwritten(Credential stored) =>
        usage.FindUnwritten(stored.CredentialId) is { } use && !(use.Time <= stored.LastUsed)
            ? stored with { LastUsed = use.Time, LastUsedFrom = PeerAddress.Text(use.From) }
            : stored;
}
