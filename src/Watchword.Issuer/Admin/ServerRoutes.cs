// /admin/v1/status, backup, master-key and findings: the server itself.
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Backups;
using Watchword.Issuer.Findings;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Admin;

/// <param name="Issuer">The issuer identifier.</param>
/// <param name="Version">The version of this library.</param>
/// <param name="DataFolder">The full path of the data folder.</param>
/// <param name="Started">When it began to serve.</param>
internal sealed record ServerStatus(string Issuer, string Version, string DataFolder, DateTimeOffset Started);

internal sealed class ServerRoutes(ServerStatus status, Database database, MasterKeyRewrap masterKey, Doctor doctor)
{
    public Task StatusAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        return AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("issuer", status.Issuer);
            json.WriteString("version", status.Version);
            json.WriteString("data_folder", status.DataFolder);
            AdminJson.WriteTime(json, "started", status.Started);
        });
    }

    public async Task BackupAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "file");
        var file = AbsolutePath(body.RequiredText("file"));
        var bytes = await masterKey.KeepOutAsync(() => Backup.WriteAsync(database, file, context.RequestAborted), context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("file", file);
            json.WriteNumber("bytes", bytes);
        });
    }

    public async Task RewrapAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        using var body = await JsonBody.ReadAsync(context, "file");
        var result = await masterKey.RunAsync(body.OptionalText("file") is { } file ? AbsolutePath(file) : null, context.RequestAborted);
        await AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("file", result.File);
            json.WriteNumber("data_keys", result.All);
            json.WriteNumber("rewrapped", result.Rewrapped);
            json.WriteBoolean("configured", result.IsConfigured);
        });
    }

    public async Task FindAsync(HttpContext context)
    {
        AdminQuery.Allow(context);
        await AdminJson.WriteListAsync(context, "findings", await doctor.ExamineAsync(context.RequestAborted), static (json, finding) =>
        {
            json.WriteString("severity", finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "notice" });
            json.WriteString("subject", finding.Subject);
            json.WriteString("message", finding.Message);
            json.WriteString("mend", finding.Mend);
        });
    }

    private static string AbsolutePath(string file) => Path.IsPathFullyQualified(file) && !file.Contains('\0')
        ? file
        : throw AdminRefusal.Invalid("The member file must be an absolute path.");
}
