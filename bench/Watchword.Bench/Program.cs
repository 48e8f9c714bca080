// Measures, and prints tables that can be committed: dotnet run -c Release --project bench/Watchword.Bench -- signatures|encryption
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.IdentityModel.JsonWebTokens;
using Watchword.Bench;
using Watchword.Keys;

if (args is not [("signatures" or "encryption") and var what, .. var names])
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project bench/Watchword.Bench -- signatures|encryption [ALGORITHM...]");
    return 2;
}

var chosen = names.Length == 0 ? SignatureAlgorithm.All : [.. SignatureAlgorithm.All.Where(algorithm => names.Contains(algorithm.Name))];
Action<string> progress = name => Console.Error.WriteLine($"measuring {name}");
var table = what == "signatures" ? SignatureTables.Write(chosen, progress) : EncryptionTables.Write(names, progress);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
    {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Machine()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, .NET {Environment.Version},
    Microsoft.IdentityModel.JsonWebTokens {Version<JsonWebTokenHandler>()}, jose-jwt {Version<Jose.JwtOptions>()}{NodePeers.Versions()}. One thread; medians of 15 interleaved rounds.
    "×" is the time as a multiple of the bare primitive (System.Security.Cryptography, for EdDSA NSec; key loaded) in the same run; B is bytes allocated per operation.

    """));
Console.WriteLine(table);
return 0;

static string? Version<T>() => typeof(T).Assembly.GetName().Version?.ToString(3);

static string Machine() => File.Exists("/proc/cpuinfo")
    ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString()
    : RuntimeInformation.ProcessArchitecture.ToString();
