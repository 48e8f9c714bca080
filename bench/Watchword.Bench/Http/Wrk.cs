// The load: wrk with 32 connections on a core of its own. An answer other than 2xx ends the measurement.
using System.Diagnostics;
using System.Globalization;

namespace Watchword.Bench.Http;

internal static class Wrk
{
    // wrk calls request() for each request; with one token in the file it sends the same again and again.
    private const string Script = """
        local requests, i = {}, 0
        function init(args)
          for line in io.lines(args[1]) do requests[#requests + 1] = wrk.format("GET", "/", { Authorization = "Bearer " .. line }) end
        end
        function request()
          i = i % #requests + 1
          return requests[i]
        end
        function done(summary)
          local errors = summary.errors
          print(string.format("RESULT %d %d %d", summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout))
        end
        """;

    /// <summary>Sends requests with the tokens of a file, one a line; on one core, or on any.</summary>
    public static Load Run(Uri url, string tokenFile, int seconds, int? core)
    {
        var script = Path.Combine(Path.GetDirectoryName(tokenFile)!, "load.lua");
        File.WriteAllText(script, Script);
        string[] wrk = ["wrk", "-t1", "-c32", $"-d{seconds}s", "-s", script, url.ToString(), "--", tokenFile];
        string[] command = core is null ? wrk : ["taskset", "-c", $"{core}", .. wrk];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var result = output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))?.Split(' ');
        if (result is not [_, var requests, var microseconds, var errors])
            throw new InvalidOperationException($"wrk said: {output}");
        if (errors != "0")
            throw new InvalidOperationException($"{url} answered {errors} of {requests} requests with an error: the figures would be worth nothing.");
        return new Load(long.Parse(requests, CultureInfo.InvariantCulture), double.Parse(microseconds, CultureInfo.InvariantCulture) / 1e6);
    }
}

/// <summary>What one run of wrk had answered.</summary>
internal sealed record Load(long Requests, double Seconds)
{
    public double PerSecond => Requests / Seconds;
}
