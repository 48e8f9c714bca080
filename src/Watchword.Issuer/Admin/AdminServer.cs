// A web server of its own for the admin API, on the data folder's Unix socket and nowhere else: no admin route exists on the network.
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Watchword.Files;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Admin;

internal sealed class AdminServer : IAsyncDisposable
{
    private const int MaxConnections = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly KestrelServer _server;
    private readonly string _socketPath;
    private readonly TimeProvider _clock;

    private AdminServer(KestrelServer server, string socketPath, TimeProvider clock)
    {
        _server = server;
        _socketPath = socketPath;
        _clock = clock;
    }

    /// <summary>Listens on the socket. The caller holds the data folder's lock: a socket that is there already is a dead server's.</summary>
    /// <exception cref="StorageException">The socket cannot be made.</exception>
    public static async Task<AdminServer> StartAsync(
        string socketPath, RequestDelegate handler, ILoggerFactory logs, TimeProvider clock, CancellationToken ct)
    {
        var kestrel = new KestrelServer(
            Options.Create(Configure(socketPath, logs.CreateLogger<AdminServer>())),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs),
            logs);
        var server = new AdminServer(kestrel, socketPath, clock);
        try
        {
            File.Delete(socketPath);
            await kestrel.StartAsync(new Application(handler), ct);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return server;
        }
        catch (Exception fault) when (fault is IOException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            await server.DisposeAsync();
            throw new StorageException(
                $"the admin socket '{socketPath}' cannot be made ({fault.Message.TrimEnd('.')}); check that this user can write its folder", fault);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        await _server.StopAsync(patience.Token);
        _server.Dispose();
        // Closing a socket removes its file, but not where it was never opened.
        if (File.Exists(_socketPath)) File.Delete(_socketPath);
    }

    private static KestrelServerOptions Configure(string socketPath, ILogger log)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, ApplicationServices = NoServices.Instance };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        var ownUser = OperatingSystem.IsWindows() ? 0 : Unix.EffectiveUser;
        options.ListenUnixSocket(socketPath, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => Admit(connection, ownUser, next, log));
        });
        return options;
    }

    // Before a byte is read.
    private static Task Admit(ConnectionContext connection, uint ownUser, ConnectionDelegate next, ILogger log)
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is not null && PeerCredentials.IsAllowed(socket, ownUser)) return next(connection);

        log.LogWarning("A process of another user was refused at the admin socket");
        connection.Abort(new ConnectionAbortedException("The peer is another user."));
        return Task.CompletedTask;
    }

    private sealed class Application(RequestDelegate handler) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handler(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
