// /admin/v1/resources: what tokens can be for.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;

namespace Watchword.Issuer.Admin;

internal sealed class ResourceRoutes(ResourceStore resources, SigningKeys keys, EncryptionStore encryptions, EncryptionKeys encryptionKeys)
{
    public async Task CreateAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "resource", "scopes", "token_lifetime", "algorithm");
        var identifier = body.RequiredText("resource");
        var scopes = body.OptionalTexts("scopes") ?? [];
        var lifetime = body.OptionalSeconds("token_lifetime");
        var algorithm = body.OptionalText("algorithm");

        // Its signing key first, so that a resource that is there can always be signed for.
        await keys.EnsureAsync(ResourceRules.ParseAlgorithm(algorithm), context.RequestAborted);
        var (resource, secret) = await resources.CreateAsync(
            identifier, scopes, (long?)lifetime?.TotalSeconds, algorithm, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status201Created, json =>
        {
            AdminJson.WriteResource(json, resource);
            if (secret is not null) json.WriteString("shared_secret", secret.Reveal());
        });
    }

    public async Task GetAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        if (AdminQuery.Optional(context, "resource") is not { } identifier)
        {
            await AdminJson.WriteListAsync(
                context, "resources", await resources.ListAsync(context.RequestAborted), Write);
            return;
        }
        await ShowAsync(context, identifier);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        await resources.DeleteAsync(AdminQuery.Required(context, "resource"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task SetEncryptionAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        var identifier = AdminQuery.Required(context, "resource");
        using var body = await JsonBody.ReadAsync(context, "jwk", "url", "enc");
        var encryption = EncryptionRules.Check(body.OptionalObject("jwk"), body.OptionalText("url"), body.OptionalText("enc"));

        await encryptions.SetAsync(identifier, encryption, context.RequestAborted);
        // Whoever registers a URL learns at once whether there is a key; the resource may also be started later.
        await encryptionKeys.FetchAsync(encryption, context.RequestAborted);
        await ShowAsync(context, identifier);
    }

    public async Task ClearEncryptionAsync(HttpContext context)
    {
        AdminQuery.Allow(context, "resource");
        await encryptions.ClearAsync(AdminQuery.Required(context, "resource"), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task ShowAsync(HttpContext context, string identifier)
    {
        var resource = await resources.GetAsync(identifier, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, resource));
    }

    private void Write(Utf8JsonWriter json, Resource resource)
    {
        AdminJson.WriteResource(json, resource);
        if (resource.Encryption is { } encryption) AdminJson.WriteEncryption(json, encryption, encryptionKeys.Peek(encryption));
    }
}
