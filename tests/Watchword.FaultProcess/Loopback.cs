// What all roles have in common: a small web server at --url, with warnings on standard error.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Watchword.FaultProcess;

internal static class Loopback
{
    public static WebApplicationBuilder CreateBuilder(string[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder(settings);
        builder.WebHost.UseUrls(builder.Configuration.Need("url"));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true);
        return builder;
    }

    public static string Need(this IConfiguration settings, string name) =>
        settings[name] ?? throw new ArgumentException($"--{name} is missing.");

    public static TimeSpan? Seconds(this IConfiguration settings, string name) =>
        settings[name] is { } text ? TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture)) : null;

    public static double Number(this HttpContext context, string name) =>
        double.Parse(context.Request.Query[name].ToString(), CultureInfo.InvariantCulture);

    public static Task AnswerAsync(this HttpContext context, int status, string body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
