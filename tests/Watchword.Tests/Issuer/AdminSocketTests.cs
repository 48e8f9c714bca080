// Who may speak to the admin API: nobody over the network, and on the socket only the server's own user and root.
using System.Diagnostics;
using System.Net.Sockets;
using Watchword.Issuer.Admin;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

public sealed class AdminSocketTests
{
    private const uint Nobody = 65534;

    [Fact]
    public async Task Socket_and_folder_are_the_owners_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes");
        await using var server = await IssuerServer.StartAsync();
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(server.SocketPath));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.DataFolder));
    }

    [Fact]
    public async Task Socket_is_gone_after_the_server()
    {
        string path;
        await using (var server = await IssuerServer.StartAsync())
        {
            path = server.SocketPath;
            Assert.True(File.Exists(path));
        }
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_folder_too_deep_for_a_socket_is_administered_all_the_same()
    {
        await using var server = new IssuerServer { FolderName = Path.Combine(new string('a', 60), new string('b', 60)) };
        await server.InitializeAsync();
        Assert.False(server.SocketPath.StartsWith(server.DataFolder, StringComparison.Ordinal));
        Assert.Equal(IssuerServer.Name, (await server.AdminAsync(HttpMethod.Get, "status")).GetProperty("issuer").GetString());
    }

    [Fact]
    public async Task Stopping_works_where_the_folder_was_taken_away()
    {
        await using var server = await IssuerServer.StartAsync();
        await FetchingTarget.UntilAsync(() => IsTakenAway(server.DataFolder));
        await server.Running.DisposeAsync();
    }

    [Fact]
    public async Task Another_user_is_refused_even_where_the_files_would_let_it_in()
    {
        Assert.SkipUnless(CanBecomeNobody(), "needs root, setpriv and curl");
        await using var server = await IssuerServer.StartAsync();
        Assert.Contains(IssuerServer.Name, await CurlAsync(server.SocketPath, user: 0));
        Assert.Equal("", await CurlAsync(server.SocketPath, Nobody));

        Open(server);

        Assert.Equal("", await CurlAsync(server.SocketPath, Nobody));
        await FetchingTarget.UntilAsync(() => server.Log.Text.Contains("another user was refused", StringComparison.Ordinal));
        Assert.Contains(IssuerServer.Name, await CurlAsync(server.SocketPath, user: 0));
    }

    [Theory]
    [InlineData(0, Nobody, true)]
    [InlineData(0, 12345, true)]
    [InlineData(Nobody, Nobody, true)]
    [InlineData(Nobody, 0, false)]
    [InlineData(Nobody, 12345, false)]
    public async Task Peer_must_be_root_or_the_servers_own_user(uint peer, uint own, bool allowed)
    {
        Assert.SkipUnless(CanBecomeNobody(), "needs root, setpriv and curl");
        var folder = Directory.CreateTempSubdirectory("ww-");
        try
        {
            var path = Path.Combine(folder.FullName, "s");
            using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            OpenToAll(folder.FullName, path);
            var calling = CurlAsync(path, peer);
            using (var accepted = await listener.AcceptAsync()) Assert.Equal(allowed, PeerCredentials.IsAllowed(accepted, own));
            await calling;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What the issuer does meanwhile may leave a file where there was none a moment ago.
    private static bool IsTakenAway(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // Whether it is gone is asked below.
        }
        return !Directory.Exists(folder);
    }

    private static bool CanBecomeNobody() =>
        OperatingSystem.IsLinux() && Environment.UserName == "root" && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/curl");

    private static void Open(IssuerServer server)
    {
        OpenToAll(Path.GetDirectoryName(server.DataFolder)!, server.DataFolder);
        OpenToAll(server.DataFolder, server.SocketPath);
    }

    private static void OpenToAll(params string[] paths)
    {
        const UnixFileMode Everybody = (UnixFileMode)0x1FF;
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in paths) File.SetUnixFileMode(path, Everybody);
    }

    private static async Task<string> CurlAsync(string socket, uint user)
    {
        var id = user.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var curl = Process.Start(new ProcessStartInfo(
            "/usr/bin/setpriv",
            ["--reuid", id, "--clear-groups", "/usr/bin/curl", "-s", "--max-time", "60", "--unix-socket", socket, "http://localhost/admin/v1/status"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return output;
    }
}
