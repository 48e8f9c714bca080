// The admin API: its table of routes, and what a refusal looks like. It is served on the Unix socket only (AdminServer).
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Admin;

internal sealed class AdminApi(
    ServerRoutes server,
    ResourceRoutes resources,
    ClientRoutes clients,
    CredentialRoutes credentials,
    GrantRoutes grants,
    ILogger<AdminApi> log)
{
    private const string Prefix = "/admin/v1/";

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (Exception fault) when (context.RequestAborted.IsCancellationRequested && fault is OperationCanceledException or IOException)
        {
            // The administrator went away: there is nobody to answer.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, Explain(fault));
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) throw NoSuchRoute();

        return (context.Request.Method, path[Prefix.Length..].Split('/')) switch
        {
            ("GET", ["status"]) => server.StatusAsync(context),
            ("POST", ["backup"]) => server.BackupAsync(context),

            ("POST", ["resources"]) => resources.CreateAsync(context),
            ("GET", ["resources"]) => resources.GetAsync(context),
            ("DELETE", ["resources"]) => resources.DeleteAsync(context),
            ("PUT", ["resources", "encryption"]) => resources.SetEncryptionAsync(context),
            ("DELETE", ["resources", "encryption"]) => resources.ClearEncryptionAsync(context),

            ("POST", ["clients"]) => clients.CreateAsync(context),
            ("GET", ["clients"]) => clients.ListAsync(context),
            ("GET", ["clients", var id]) => clients.GetAsync(context, id),
            ("DELETE", ["clients", var id]) => clients.DeleteAsync(context, id),
            ("POST", ["clients", var id, "disable"]) => clients.SetDisabledAsync(context, id, true),
            ("POST", ["clients", var id, "enable"]) => clients.SetDisabledAsync(context, id, false),

            ("POST", ["clients", var id, "credentials"]) => credentials.AddAsync(context, id),
            ("GET", ["clients", var id, "credentials"]) => credentials.ListAsync(context, id),
            ("DELETE", ["credentials", var id]) => credentials.RevokeAsync(context, id),

            ("POST", ["clients", var id, "grants"]) => grants.AddAsync(context, id),
            ("GET", ["clients", var id, "grants"]) => grants.ListAsync(context, id),
            ("DELETE", ["clients", var id, "grants"]) => grants.RemoveAsync(context, id),

            _ => throw NoSuchRoute(),
        };
    }

    private AdminRefusal Explain(Exception fault)
    {
        switch (fault)
        {
            case AdminRefusal refusal:
                return refusal;
            case RefusedException refused:
                return refused.Refusal switch
                {
                    Refusal.NotFound => AdminRefusal.NotFound(refused.Message),
                    Refusal.AlreadyExists => AdminRefusal.AlreadyExists(refused.Message),
                    _ => AdminRefusal.Invalid(refused.Message),
                };
            case BadHttpRequestException:
                return AdminRefusal.Invalid("The request body could not be read.");
            case StorageException storage:
                log.LogError(storage, "An admin request failed: {Reason}", storage.Message);
                return AdminRefusal.Unavailable(storage.Message);
            default:
                log.LogError(fault, "An admin request failed");
                return AdminRefusal.Unavailable("The server could not do this; its log says why.");
        }
    }

    private static AdminRefusal NoSuchRoute() =>
        AdminRefusal.NotFound("There is no such route in the admin API: check method and path, and that both sides have the same version.");

    private static Task RefuseAsync(HttpContext context, AdminRefusal refusal) =>
        AdminJson.WriteAsync(context, refusal.Status, json =>
        {
            json.WriteString("error", refusal.Code);
            json.WriteString("error_description", refusal.Message);
        });
}
