// A real issuer for a test: Kestrel on a free loopback port, a database in a folder of its own, the admin API on its socket.
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Watchword.Issuer;
using Watchword.Tests.Trust;

namespace Watchword.Tests.Issuer;

public sealed class IssuerServer : IAsyncLifetime
{
    public const string Name = "https://issuer.test";
    public const string Billing = "https://billing";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watchword-test-");
    private WebApplication? _app;

    /// <summary>The name of the data folder below the test's own.</summary>
    public string FolderName { get; init; } = "data";

    public string DataFolder => Path.Combine(_folder.FullName, FolderName);

    public string Issuer { get; init; } = Name;

    public Action<WebApplicationBuilder>? Configure { get; init; }

    public LogLines Log { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public HttpClient Admin { get; private set; } = null!;

    public IPEndPoint Address { get; private set; } = null!;

    internal RunningIssuer Running => _app!.Services.GetRequiredService<IssuerHost>().Running!;

    public string SocketPath => Running.Folder.SocketPath;

    public static async Task<IssuerServer> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var server = new IssuerServer { Configure = configure };
        await server.InitializeAsync();
        return server;
    }

    /// <summary>Configures an issuer whose time limits do not strike, and that does nothing in the background.</summary>
    public static void Patient(WebApplicationBuilder builder) => builder.Services.AddSingleton<TimeProvider>(new PatientClock());

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log);
        builder.Services.AddWatchwordIssuer(options =>
        {
            options.Issuer = Issuer;
            options.DataFolder = DataFolder;
        });
        Configure?.Invoke(builder);
        _app = builder.Build();
        _app.MapWatchwordIssuer();
        await _app.StartAsync();

        var url = new Uri(_app.Urls.Single());
        Address = IPEndPoint.Parse(url.Authority);
        Http = new HttpClient { BaseAddress = url };
        Admin = OverSocket(SocketPath);
    }

    /// <summary>Takes the database away from under the running issuer, as a lost disk would.</summary>
    public async Task LoseDatabaseAsync()
    {
        // The files first: who looks in between must not keep a connection to what is gone.
        foreach (var file in Directory.GetFiles(DataFolder, "watchword.db*")) File.Delete(file);
        await Running.Database.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        Admin?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    public static HttpClient OverSocket(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost/admin/v1/") };

    /// <summary>Sends JSON to the admin API, which must agree.</summary>
    public async Task<JsonElement> AdminAsync(HttpMethod method, string path, string? body = null)
    {
        using var answer = await AdminSendAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public async Task<HttpResponseMessage> AdminSendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Admin.SendAsync(request);
    }

    public Task<JsonElement> AddResourceAsync(string resource, string scopes = "invoices:read invoices:write", string more = "") => AdminAsync(
        HttpMethod.Post, "resources",
        $$"""{"resource":"{{resource}}","scopes":[{{string.Join(',', scopes.Split(' ').Select(scope => $"\"{scope}\""))}}]{{more}}}""");

    public Task<JsonElement> GrantAsync(string client, string resource, string scopes) => AdminAsync(
        HttpMethod.Post, $"clients/{client}/grants",
        $$"""{"resource":"{{resource}}","scopes":[{{string.Join(',', scopes.Split(' ').Select(scope => $"\"{scope}\""))}}]}""");

    /// <summary>A new client of the billing resource, and its API key.</summary>
    public async Task<TestClient> AddClientAsync(string? granted = "invoices:read invoices:write", string resource = Billing)
    {
        var id = "orders-" + Guid.NewGuid().ToString("N")[..12];
        var made = await AdminAsync(HttpMethod.Post, "clients", $$"""{"client_id":"{{id}}"}""");
        using (var there = await AdminSendAsync(HttpMethod.Get, "resources?resource=" + Uri.EscapeDataString(resource)))
        {
            if (!there.IsSuccessStatusCode) await AddResourceAsync(resource);
        }
        if (granted is not null) await GrantAsync(id, resource, granted);
        return new TestClient(id, made.GetProperty("credential_id").GetString()!, made.GetProperty("api_key").GetString()!);
    }

    /// <summary>Asks for a token with the key in the body.</summary>
    public Task<TokenReply> AskAsync(TestClient client, params (string Name, string Value)[] more) => AskAsync(
        [("grant_type", "client_credentials"), ("client_id", client.Id), ("client_secret", client.ApiKey), .. more]);

    public async Task<TokenReply> AskAsync(
        IEnumerable<(string Name, string Value)> form, Action<HttpRequestMessage>? change = null, string path = "/oauth2/token")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
        };
        change?.Invoke(request);
        return await TokenReply.OfAsync(await Http.SendAsync(request));
    }
}

public sealed record TestClient(string Id, string CredentialId, string ApiKey)
{
    public string Basic => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Id}:{ApiKey}"));
}

/// <summary>What the token endpoint answered; what must be true of every answer is checked on the way.</summary>
public sealed record TokenReply(HttpResponseMessage Http, JsonElement Json)
{
    public int Status => (int)Http.StatusCode;

    public string? Error => Json.TryGetProperty("error", out var error) ? error.GetString() : null;

    public string Token => Json.GetProperty("access_token").GetString()!;

    public string? Scope => Json.TryGetProperty("scope", out var scope) ? scope.GetString() : null;

    public static async Task<TokenReply> OfAsync(HttpResponseMessage http)
    {
        var json = await http.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("application/json", http.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", http.Headers.CacheControl?.ToString());
        Assert.Equal("no-cache", http.Headers.Pragma.ToString());
        if (!http.IsSuccessStatusCode)
        {
            // RFC 6749 §5.2: printable ASCII without quote and backslash.
            var description = json.GetProperty("error_description").GetString()!;
            Assert.DoesNotContain(description, character => character is < ' ' or > '~' or '"' or '\\');
            Assert.Equal(["error", "error_description"], json.EnumerateObject().Select(member => member.Name));
        }
        return new TokenReply(http, json);
    }

    /// <summary>Checks that this is a refusal of this status and code.</summary>
    public TokenReply Refused(int status, string code)
    {
        Assert.True(Status == status && Error == code, $"expected {status} {code}, got {Status} {Json}");
        return this;
    }

    public JsonElement Claims() => Part(1);

    public JsonElement Header() => Part(0);

    private JsonElement Part(int index) => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(Token.Split('.')[index]));
}
