// Speaks HTTP to the admin API of the issuer that serves a data folder, over the Unix socket in that folder.
using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Watchword.Issuer.Storage;

namespace Watchword.Cli;

/// <summary>One admin API at the end of a Unix socket.</summary>
internal sealed class AdminClient : IDisposable
{
    private const int LongestAnswer = 64 * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly string _folder;
    private readonly Terminal _terminal;

    /// <summary>Makes a client for the issuer that serves <paramref name="folder"/>, listening at <paramref name="socketPath"/>.</summary>
    public AdminClient(string folder, string socketPath, TimeSpan timeout, Terminal terminal)
    {
        _folder = folder;
        _terminal = terminal;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = (_, cancellationToken) => ConnectAsync(socketPath, cancellationToken),
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri("http://localhost/admin/v1/"),
            Timeout = timeout,
            MaxResponseContentBufferSize = LongestAnswer,
        };
    }

    /// <summary>The client for the issuer of the data folder that the command line names.</summary>
    public static AdminClient Of(ParseResult parsed, Terminal terminal, TimeSpan? timeout = null)
    {
        using var folder = DataFolder.At(CommonOptions.DataOf(parsed));
        RefuseSharedFolder(folder.SocketPath);
        return new AdminClient(folder.FolderPath, folder.SocketPath, timeout ?? TimeSpan.FromMinutes(1), terminal);
    }

    /// <summary>A query string of percent-encoded values; pairs without a value are left out.</summary>
    public static string Query(params (string Name, string? Value)[] pairs)
    {
        var given = pairs.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}").ToArray();
        return given.Length == 0 ? "" : "?" + string.Join('&', given);
    }

    /// <summary>The admin API's path of one client, whatever was typed for it; a name of dots alone would be another path.</summary>
    public static string ClientPath(string client) =>
        client.Trim('.').Length == 0
            ? throw CommandFault.Misuse($"'{client}' cannot be a client; a client's name is 1 to 64 of A-Z a-z 0-9 . _ - and starts with a letter or digit.")
            : "clients/" + Uri.EscapeDataString(client);

    /// <summary>Sends one request and gives the answer's object, which is empty when there is no content.</summary>
    /// <exception cref="CommandFault">The issuer refused, or there is no issuer.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using var response = await _terminal.WaitAsync(_http.SendAsync(request, cancellationToken), "Waiting for the issuer...");
            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var answer = Parse(content);
            return response.IsSuccessStatusCode ? answer : throw Refusal(response.StatusCode, answer);
        }
        catch (HttpRequestException fault)
        {
            throw Unreachable(fault);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw CommandFault.Unreachable($"The issuer serving {_folder} did not answer within {_http.Timeout.TotalSeconds:0} seconds; look at its log, and try again.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // Where others may write, anybody could listen in the issuer's place.
    private static void RefuseSharedFolder(string socketPath)
    {
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        var folder = Path.GetDirectoryName(socketPath)!;
        if (!OperatingSystem.IsWindows() && Directory.Exists(folder) && (File.GetUnixFileMode(folder) & Others) != 0)
            throw CommandFault.Misuse($"Other users can reach {folder}, where the issuer listens for its administrator; close it with `chmod 700 {folder}`.");
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static CommandFault Refusal(HttpStatusCode status, JsonElement answer)
    {
        var sentence = answer.Text("error_description") is { Length: > 0 } description
            ? description
            : $"The issuer answered {(int)status} without saying why; look at its log.";
        return status switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Conflict => CommandFault.Refused(sentence),
            >= HttpStatusCode.InternalServerError => CommandFault.Unreachable(sentence),
            _ => CommandFault.Misuse(sentence),
        };
    }

    private CommandFault Unreachable(HttpRequestException fault) =>
        fault.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied }
            ? CommandFault.Unreachable($"You may not speak to the issuer serving {_folder}; run this as the user who owns that folder.")
            : fault.InnerException is SocketException
            ? CommandFault.Unreachable($"No issuer is serving {_folder}; start one with `watchword serve`, or name its folder with --data.")
            : CommandFault.Unreachable($"The issuer serving {_folder} broke off ({fault.HttpRequestError}); look at its log, and try again.");

    private JsonElement Parse(byte[] content)
    {
        try
        {
            return content.Length == 0 ? default : JsonElement.Parse(content, JsonFields.Strict);
        }
        catch (JsonException)
        {
            throw CommandFault.Unreachable($"What serves {_folder} did not answer in JSON; check that it is a Watchword issuer of version {ProductVersion.Text}.");
        }
    }
}
