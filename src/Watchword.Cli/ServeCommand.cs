// `watchword serve`: hosts the issuer. What it issues is the issuer's business; this is about the process around it.
using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Watchword.Issuer;
using Watchword.Issuer.Storage;

namespace Watchword.Cli;

/// <summary>Serves an issuer until it is told to stop.</summary>
internal static class ServeCommand
{
    /// <summary>The master key's file where it is kept apart from the data folder, or two while one takes over from the other.</summary>
    public static string? MasterKeyFileOfEnvironment() =>
        Environment.GetEnvironmentVariable("WATCHWORD_MASTER_KEY_FILE") is { Length: > 0 } files ? files : null;

    public static Command Build(Terminal terminal)
    {
        var url = CommonOptions.Text("--url", "URL", $"Where to listen (default {ServeListening.StandardUrl}). Plain http only on this machine, or behind a proxy.");
        var issuer = CommonOptions.Text("--issuer", "URL", "The URL that others know this issuer by, the iss of every token (default: the value of --url).");
        var certificate = CommonOptions.Text("--tls-cert", "FILE", "The certificate to listen on https with, and its chain, in PEM form. A renewed file is taken up by itself.");
        var key = CommonOptions.Text("--tls-key", "FILE", "The certificate's private key, in PEM form.");
        var proxy = new Option<string[]>("--behind-proxy")
        {
            Description = "The IP address or network of the proxy that ends TLS; nobody else is answered. Repeat it for more. Needs an https --issuer.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => [],
        };
        var caFile = CommonOptions.Text("--ca-file", "FILE", "The only authorities to trust when encryption keys are fetched from resources, in PEM form (default: those of the system).");
        var rotation = CommonOptions.Duration("--key-rotation", "How long a signing key signs before the next one takes over, 1h to 366d (default: 30d).");
        var propagation = CommonOptions.Duration("--key-propagation", "How long a signing key is published before it signs, 16m or longer (default: 24h).");
        var command = new CliCommand(
            "serve",
            "Run the issuer: the token endpoint, its published keys, and its administration for the other commands. "
            + "The first start makes the data folder and the keys. The master key is a file in it unless WATCHWORD_MASTER_KEY_FILE names another.",
            "watchword serve",
            "watchword serve --url https://auth.example:8443 --tls-cert auth.pem --tls-key auth.key",
            "watchword serve --url http://0.0.0.0:8480 --issuer https://auth.example --behind-proxy 10.0.0.7")
        {
            CommonOptions.Data(), url, issuer, certificate, key, proxy, caFile, rotation, propagation,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var certificateFile = parsed.GetValue(certificate);
            var keyFile = parsed.GetValue(key);
            if (certificateFile is null != keyFile is null)
                throw CommandFault.Misuse("--tls-cert and --tls-key go together; give both.");

            var listening = ServeListening.Of(parsed.GetValue(url), parsed.GetValue(issuer), certificateFile is not null, parsed.GetValue(proxy) ?? []);
            using var shown = certificateFile is null ? null : new ServeCertificate(certificateFile, keyFile!, terminal.Clock);
            using var names = DataFolder.At(CommonOptions.DataOf(parsed));
            var hasStarted = false;
            await using var app = Host(listening, shown, options =>
            {
                options.DataFolder = names.FolderPath;
                options.CaFile = parsed.GetValue(caFile);
                options.KeyRotationInterval = parsed.GetValue(rotation) ?? options.KeyRotationInterval;
                options.KeyPropagationTime = parsed.GetValue(propagation) ?? options.KeyPropagationTime;
            }, () => hasStarted);
            shown?.Watch(app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Watchword.Cli.Serve"));
            await StartAsync(app, listening, cancellationToken);
            hasStarted = true;
            Announce(Output.Of(parsed, terminal), listening, names.FolderPath);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static WebApplication Host(ServeListening listening, ServeCertificate? certificate, Action<IssuerOptions> configure, Func<bool> hasStarted)
    {
        // The empty builder: no configuration file or variable can change where this listens or what it logs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.UseKestrel(listening, certificate);
        builder.Services.AddRoutingCore();
        AddLog(builder, hasStarted);
        builder.Services.AddWatchwordIssuer(options =>
        {
            options.Issuer = listening.Issuer;
            options.MasterKeyFile = MasterKeyFileOfEnvironment();
            configure(options);
        });
        var app = builder.Build();
        app.AnswerOnlyProxies(listening);
        app.MapWatchwordIssuer();
        return app;
    }

    private static void AddLog(WebApplicationBuilder builder, Func<bool> hasStarted)
    {
        // Why it did not start is said once, in a sentence; the host would add a stack trace.
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && hasStarted())
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private static async Task StartAsync(WebApplication app, ServeListening listening, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            throw CommandFault.Misuse($"{listening.Address} is in use by another program; stop that, or listen elsewhere with --url.");
        }
        catch (Exception fault) when ((fault.InnerException ?? fault) is SocketException)
        {
            throw CommandFault.Misuse($"This machine cannot listen on {listening.Address} ({fault.Message.TrimEnd('.')}); choose another address with --url.");
        }
    }

    private static void Announce(Output output, ServeListening listening, string folder)
    {
        var where = listening.Address == listening.Issuer ? "" : $" on {listening.Address}";
        output.Done($"Watchword issuer {listening.Issuer} is ready{where} (data in {folder}, stop with Ctrl+C)", writer =>
        {
            writer.WriteString("issuer", listening.Issuer);
            writer.WriteString("url", listening.Address);
            writer.WriteString("data_folder", folder);
        });
    }
}
