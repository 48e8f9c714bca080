// Measures, and prints tables that can be committed: dotnet run -c Release --project bench/Watchword.Bench -- signatures
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.IdentityModel.JsonWebTokens;
using Watchword.Bench;
using Watchword.Bench.Http;
using Watchword.Keys;

const string Ratios = "One thread; medians of 15 interleaved rounds.\n\"×\" is the time as a multiple of the bare primitive (System.Security.Cryptography, for EdDSA NSec; key loaded) in the same run; B is bytes allocated per operation.";

switch (args)
{
    case ["signatures", .. var names]:
        var chosen = names.Length == 0 ? SignatureAlgorithm.All : [.. SignatureAlgorithm.All.Where(algorithm => names.Contains(algorithm.Name))];
        Write($"{Run()} {Ratios}\n\n{SignatureTables.Write(chosen, Measuring)}");
        return 0;
    case ["encryption", .. var modes]:
        Write($"{Run()} {Ratios}\n\n{EncryptionTables.Write(modes, Measuring)}");
        return 0;
    case ["cache"]:
        Write($"{Run()} Medians of 15 interleaved rounds; B is bytes allocated per operation.\n\n{CacheTable.Write()}");
        return 0;
    case ["http", .. var seconds]:
        Write($"{Run()}\n{await HttpTable.WriteAsync(seconds is [var length] ? int.Parse(length, CultureInfo.InvariantCulture) : 6, Progress)}");
        return 0;
    case ["serve", var kind, var algorithm, var issuer, var keyFile]: // what http starts
        await TargetServer.RunAsync(kind, algorithm, issuer, keyFile);
        return 0;
    default:
        Progress("usage: dotnet run -c Release --project bench/Watchword.Bench -- signatures [ALGORITHM...] | encryption [ALGORITHM...] | cache | http [SECONDS]");
        return 2;
}

static void Measuring(string name) => Progress($"measuring {name}");

static void Progress(string line) => Console.Error.WriteLine(line);

static void Write(string text) => Console.WriteLine(text.ReplaceLineEndings("\n"));

static string Run() => string.Create(CultureInfo.InvariantCulture, $"""
    {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version},
    Microsoft.IdentityModel.JsonWebTokens {Version<JsonWebTokenHandler>()}, jose-jwt {Version<Jose.JwtOptions>()}{NodePackages.Versions()}.
    """);

static string? Version<T>() => typeof(T).Assembly.GetName().Version?.ToString(3);

static string Machine() => File.Exists("/proc/cpuinfo")
    ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
    : RuntimeInformation.ProcessArchitecture.ToString();
