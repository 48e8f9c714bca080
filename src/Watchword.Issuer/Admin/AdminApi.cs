// The admin API: its table of routes, and what a refusal looks like. It is served on the Unix socket only (AdminServer).
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Admin;

internal sealed class AdminApi(AdminRoutes routes, ILogger<AdminApi> log)
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
            ("GET", ["status"]) => routes.Server.StatusAsync(context),
            ("POST", ["backup"]) => routes.Server.BackupAsync(context),
            ("POST", ["master-key", "rewrap"]) => routes.Server.RewrapAsync(context),
            ("GET", ["findings"]) => routes.Server.FindAsync(context),

            ("GET", ["keys"]) => routes.Keys.ListAsync(context),
            ("POST", ["keys", "rotate"]) => routes.Keys.RotateAsync(context),
            ("POST", ["keys", var kid, "revoke"]) => routes.Keys.RevokeAsync(context, kid),

            ("POST", ["resources"]) => routes.Resources.CreateAsync(context),
            ("GET", ["resources"]) => routes.Resources.GetAsync(context),
            ("DELETE", ["resources"]) => routes.Resources.DeleteAsync(context),
            ("PUT", ["resources", "encryption"]) => routes.Resources.SetEncryptionAsync(context),
            ("DELETE", ["resources", "encryption"]) => routes.Resources.ClearEncryptionAsync(context),

            ("POST", ["resources", "secrets"]) => routes.Secrets.AddAsync(context),
            ("GET", ["resources", "secrets"]) => routes.Secrets.ListAsync(context),
            ("POST", ["resources", "secrets", "activate"]) => routes.Secrets.ActivateAsync(context),
            ("DELETE", ["resources", "secrets"]) => routes.Secrets.RevokeAsync(context),

            ("POST", ["trust"]) => routes.Trust.PutAsync(context, mayReplace: false),
            ("PUT", ["trust"]) => routes.Trust.PutAsync(context, mayReplace: true),
            ("GET", ["trust"]) => routes.Trust.GetAsync(context),
            ("DELETE", ["trust"]) => routes.Trust.RemoveAsync(context),
            ("POST", ["trust", "draft"]) => routes.Trust.ExportAsync(context),
            ("POST", ["trust", "publish"]) => routes.Trust.PublishAsync(context),

            ("POST", ["clients"]) => routes.Clients.CreateAsync(context),
            ("GET", ["clients"]) => routes.Clients.ListAsync(context),
            ("GET", ["clients", var id]) => routes.Clients.GetAsync(context, id),
            ("DELETE", ["clients", var id]) => routes.Clients.DeleteAsync(context, id),
            ("POST", ["clients", var id, "disable"]) => routes.Clients.SetDisabledAsync(context, id, true),
            ("POST", ["clients", var id, "enable"]) => routes.Clients.SetDisabledAsync(context, id, false),

            ("POST", ["clients", var id, "credentials"]) => routes.Credentials.AddAsync(context, id),
            ("GET", ["clients", var id, "credentials"]) => routes.Credentials.ListAsync(context, id),
            ("DELETE", ["credentials", var id]) => routes.Credentials.RevokeAsync(context, id),

            ("POST", ["clients", var id, "grants"]) => routes.Grants.AddAsync(context, id),
            ("GET", ["clients", var id, "grants"]) => routes.Grants.ListAsync(context, id),
            ("DELETE", ["clients", var id, "grants"]) => routes.Grants.RemoveAsync(context, id),

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
                    Refusal.Conflict => AdminRefusal.Conflict(refused.Message),
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
