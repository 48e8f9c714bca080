// Everything the quickstart runs: an issuer, and a Billing and an Orders for each of the two ways of trusting it.
using System.Text.Json;

namespace Quickstart;

internal sealed class Stage : IDisposable
{
    private readonly List<Service> _services = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("watchword-quickstart-").FullName;

    public string IssuerUrl { get; private set; } = "";

    public string DataFolder => Path.Combine(_folder, "issuer");

    public string ApiKeyFile => Path.Combine(_folder, "orders.key");

    public async Task StartIssuerAsync()
    {
        IssuerUrl = Service.FreeUrl();
        await StartAsync("issuer", "src/Watchword.Cli", IssuerUrl, ["serve", "--data", DataFolder, "--url", IssuerUrl], []);
    }

    /// <summary>Runs the command line tool and gives what it printed.</summary>
    public static Task<string> WatchwordAsync(params string[] arguments) => Service.RunAsync("src/Watchword.Cli", arguments, []);

    /// <summary>Runs a command of the local administrator and gives its JSON answer.</summary>
    public async Task<JsonElement> AdministerAsync(params string[] arguments)
    {
        Console.WriteLine($"     $ watchword {string.Join(' ', arguments)}");
        using var answer = JsonDocument.Parse(await WatchwordAsync([.. arguments, "--data", DataFolder, "--output", "json"]));
        return answer.RootElement.Clone();
    }

    /// <summary>Asks for a token as Orders does.</summary>
    public async Task<string> RequestTokenAsync(string resource) => (await WatchwordAsync(
        "token", "request", "--issuer", IssuerUrl, "--client", "orders", "--api-key-file", ApiKeyFile, "--resource", resource)).Trim();

    public Task<Service> StartBillingAsync(string name, string audience, Dictionary<string, string> more)
    {
        var url = Service.FreeUrl();
        return StartAsync(name, "samples/Billing", url, [], new(more)
        {
            ["Urls"] = url,
            ["Authentication__Schemes__Watchword__Issuer"] = IssuerUrl,
            ["Authentication__Schemes__Watchword__Audience"] = audience,
        });
    }

    public Task<Service> StartOrdersAsync(string name, string billingUrl, string resource)
    {
        var url = Service.FreeUrl();
        return StartAsync(name, "samples/Orders", url, [], new()
        {
            ["Urls"] = url,
            ["Watchword__Issuer"] = IssuerUrl,
            ["Watchword__ClientId"] = "orders",
            ["Watchword__ApiKeyFile"] = ApiKeyFile,
            ["Billing__Url"] = billingUrl,
            ["Billing__Resource"] = resource,
        });
    }

    public void KeepApiKey(string apiKey)
    {
        File.WriteAllText(ApiKeyFile, "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(ApiKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(ApiKeyFile, apiKey);
    }

    public void Dispose()
    {
        foreach (var service in _services)
            service.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Service> StartAsync(string name, string project, string url, string[] arguments, Dictionary<string, string> settings)
    {
        // ASP.NET Core keeps a key ring for cookies in the home folder, where a quickstart has no business.
        settings["HOME"] = _folder;
        var service = await Service.StartAsync(name, project, url, arguments, settings);
        _services.Add(service);
        return service;
    }
}
