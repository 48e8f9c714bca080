// A target's settings as its appsettings files hold them, for commands that look at a target from outside. What is secret there is left alone.
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration;
using Watchword.AspNetCore;

namespace Watchword.Cli;

/// <summary>The settings of one target. Nothing is fetched, and no file of the target's own is written or, if it is private, read.</summary>
internal sealed class TargetSettings
{
    private const int LongestFile = 1024 * 1024;
    private const string Schemes = "Authentication:Schemes";

    // Each names a file that the target finds from its own working directory.
    private static readonly string[] PublicFiles =
        [nameof(WatchwordOptions.CaFile), nameof(WatchwordOptions.TrustBundle), nameof(WatchwordOptions.TrustBundleKeyFiles), "JwksFile"];

    private readonly IConfigurationRoot _configuration;

    private TargetSettings(IConfigurationRoot configuration) => _configuration = configuration;

    /// <summary>Everything that the files hold.</summary>
    public IConfiguration Configuration => _configuration;

    /// <summary>The name of the service itself, where it issues for itself.</summary>
    public string? IdentityIssuer => _configuration["Watchword:Identity:Issuer"] is { Length: > 0 } issuer ? issuer : null;

    /// <summary>Reads settings files; what stands in a later one goes over an earlier one, as an application reads them.</summary>
    /// <exception cref="CommandFault">A file cannot be read, or is no settings file.</exception>
    public static TargetSettings Read(params IReadOnlyList<string> files)
    {
        var builder = new ConfigurationBuilder();
        foreach (var file in files)
            builder.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(SmallInput.OfFile(file, "--settings", LongestFile))));
        try
        {
            var read = builder.Build();
            foreach (var (key, path) in Moved(read, Path.GetDirectoryName(Path.GetFullPath(files[^1]))!))
                read[key] = path;
            return new TargetSettings(read);
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException or JsonException)
        {
            throw CommandFault.Misuse($"--settings {string.Join(", ", files.Select(Path.GetFullPath))}: not a settings file in JSON ({Innermost(fault).TrimEnd('.')}).");
        }
    }

    /// <summary>The Watchword schemes that are set: the one of this name, or else all whose settings are ours to read.</summary>
    /// <exception cref="CommandFault">There is no scheme of this name, or none at all.</exception>
    public IReadOnlyList<TargetScheme> SchemesOf(string? name)
    {
        var names = _configuration.GetSection(Schemes).GetChildren().Select(section => section.Key).ToArray();
        var read = names.Where(each => name is null || each == name).Select(each => TargetScheme.Read(each, new Provider(_configuration))).ToArray();
        // Schemes of other handlers stand in the same section.
        var ours = name is null && read.Length > 1 ? read.Where(scheme => scheme.IsOurs).ToArray() : read;
        return ours.Length > 0 ? ours : throw CommandFault.Misuse(name is null
            ? $"The settings hold no scheme of ours: there is nothing in {Schemes}, such as {Schemes}:Watchword."
            : $"The settings hold no scheme '{name}'; in {Schemes} there is {(names.Length > 0 ? string.Join(", ", names) : "nothing")}.");
    }

    /// <summary>The one scheme that is meant.</summary>
    /// <exception cref="CommandFault">There is none, or it is not clear which.</exception>
    public TargetScheme SchemeOf(string? name)
    {
        var found = SchemesOf(name);
        return found.Count == 1 ? found[0]
            : found.FirstOrDefault(scheme => scheme.Name == WatchwordScheme.Name)
            ?? throw CommandFault.Misuse($"The settings hold several schemes; name one with --scheme: {string.Join(", ", found.Select(scheme => scheme.Name))}.");
    }

    // Whoever looks at a target from elsewhere has its files beside its settings, if at all.
    private static Dictionary<string, string?> Moved(IConfigurationRoot read, string folder) => read.GetSection(Schemes).AsEnumerable()
        .Where(setting => setting.Value is { Length: > 0 } && setting.Key.Split(':').Any(part => PublicFiles.Contains(part, StringComparer.OrdinalIgnoreCase)))
        .Where(setting => !File.Exists(setting.Value) && File.Exists(Path.Combine(folder, setting.Value!)))
        .ToDictionary(setting => setting.Key, setting => (string?)Path.Combine(folder, setting.Value!));

    private static string Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault.Message;

    private sealed class Provider(IConfiguration settings) : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = settings.GetSection("Authentication");
    }
}
