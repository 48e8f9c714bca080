// PERFORMANCE: over HTTP at the target. Servers on one core, wrk on the other, runs interleaved, errors are the end.
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Watchword.Keys;

namespace Watchword.Bench.Http;

internal static class HttpTable
{
    private const int ServerCore = 0;
    private const int LoadCore = 1;
    private const int Rounds = 3;
    private const int MostRounds = 5;
    private const double Agreement = 0.15;

    public static async Task<string> WriteAsync(int seconds, Action<string> progress)
    {
        var folder = Directory.CreateTempSubdirectory("watchword-bench").FullName;
        var published = new List<VerificationKey>();
        await using var issuer = await StartIssuerAsync(published);
        var url = issuer.Urls.First();
        var issued = new List<Issued>();
        foreach (var algorithm in new[] { SignatureAlgorithm.HS256, SignatureAlgorithm.RS256, SignatureAlgorithm.ES256 })
        {
            progress($"signing with {algorithm}");
            var secret = algorithm == SignatureAlgorithm.HS256 ? SharedSecret.Generate() : null;
            var key = secret?.ToSigningKey() ?? SigningKey.Generate(algorithm);
            if (secret is null)
                published.Add(key.ToVerificationKey());
            issued.Add(Issued.Make(folder, algorithm, key, secret?.Reveal(), url));
        }
        var subjects = Subjects(issued).ToArray();
        try
        {
            foreach (var subject in subjects)
            {
                progress($"starting {subject.Name}");
                subject.Start(url, seconds);
            }
            for (var round = 0; round < MostRounds && (round < Rounds || subjects.Any(subject => subject.Spread > Agreement)); round++)
            {
                foreach (var subject in subjects)
                    progress(subject.Measure(seconds));
            }
            return Table(subjects);
        }
        finally
        {
            foreach (var subject in subjects)
                subject.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<Subject> Subjects(List<Issued> issued)
    {
        var es256 = issued.Single(one => one.Algorithm == "ES256");
        yield return new Subject(TargetServer.Bare, es256, hot: true);
        // Those that are compared are measured one after another.
        foreach (var one in issued)
        {
            foreach (var hot in new[] { true, false })
            {
                foreach (var kind in new[] { TargetServer.Floor, TargetServer.Watchword, TargetServer.JwtBearer })
                    yield return new Subject(kind, one, hot);
            }
        }
        if (!NodePackages.ArePresent())
            yield break;
        yield return new Subject(NodePeers.Bare, es256, hot: true);
        yield return new Subject(NodePeers.FastJwt, es256, hot: true);
        yield return new Subject(NodePeers.FastJwt, es256, hot: false);
        yield return new Subject(NodePeers.Jose, es256, hot: true);
    }

    private static string Table(Subject[] subjects)
    {
        var table = new StringBuilder("""
            | server | tokens | of bare | of the floor, same tokens | × JwtBearer | requests/s | CPU per request |
            |---|---|---|---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var subject in subjects)
        {
            var bare = subjects.Single(other => other.Kind == (subject.IsNode ? NodePeers.Bare : TargetServer.Bare));
            var floor = subject.IsNode ? null : Same(TargetServer.Floor);
            var stock = subject.Kind == TargetServer.Watchword ? Same(TargetServer.JwtBearer) : null;
            table.Append(CultureInfo.InvariantCulture, $"| {subject.Name} | {(subject.IsHot ? "one" : "10,000")} | {subject.Over(bare):P0} | {Times(floor, "P1")} | {Times(stock, "F1")} |")
                .Append(CultureInfo.InvariantCulture, $" {subject.Rate:N0}, ±{subject.Spread / 2:P0} | {subject.ProcessorTime:F1} µs |\n");

            Subject Same(string kind) => subjects.Single(other => other.Kind == kind && other.IsHot == subject.IsHot && other.Algorithm == subject.Algorithm);

            string Times(Subject? other, string format) => other is null ? "" : subject.Over(other).ToString(format, CultureInfo.InvariantCulture);
        }
        return table.ToString();
    }

    // It publishes what is in the list when it is asked.
    private static async Task<WebApplication> StartIssuerAsync(List<VerificationKey> keys)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Request.Path == "/keys"
            ? Encoding.UTF8.GetString(new KeySet(keys).ToJson())
            : $$"""{"issuer":"{{app.Urls.First()}}","jwks_uri":"{{app.Urls.First()}}/keys"}"""));
        await app.StartAsync();
        return app;
    }

    /// <summary>One server with one kind of load. Two loads of one kind and algorithm have a server each.</summary>
    private sealed class Subject(string kind, Issued issued, bool hot) : IDisposable
    {
        private readonly List<(double Rate, double ProcessorTime)> _runs = [];
        private ServedProcess? _server;

        public string Kind => kind;

        public bool IsHot => hot;

        public bool IsNode => kind.StartsWith("node ", StringComparison.Ordinal);

        public string Algorithm => issued.Algorithm;

        public string Name => kind switch
        {
            TargetServer.Bare => "Kestrel, no authentication",
            TargetServer.Floor => $"the framework's floor, {Algorithm} sent",
            TargetServer.JwtBearer => $"JwtBearer {Algorithm}",
            TargetServer.Watchword => $"**Watchword {Algorithm}**",
            NodePeers.Bare => "node, no authentication",
            _ => $"{kind} {Algorithm}",
        };

        public double Rate => Median(run => run.Rate);

        public double ProcessorTime => Median(run => run.ProcessorTime);

        public double Spread => (_runs.Max(run => run.Rate) - _runs.Min(run => run.Rate)) / Rate;

        /// <summary>The median, over the rounds, of this one's rate as a share of the other's in the same round.</summary>
        public double Over(Subject other) => Middle(_runs.Zip(other._runs, (own, others) => own.Rate / others.Rate));

        // Warmed up on all cores: on one busy core the compiler would never come to its second pass.
        public void Start(string issuer, int seconds)
        {
            string[] arguments = [Algorithm, issuer, issued.KeyFile(kind)];
            _server = IsNode
                ? NodePeers.Start(kind, arguments[0], arguments[1], arguments[2])
                : ServedProcess.Start(Environment.ProcessPath!, [.. Entry(), "serve", kind, .. arguments]);
            for (var run = 0; run < 2; run++)
                Wrk.Run(_server.Url, issued.TokenFile(hot), Math.Min(seconds, 4), core: null);
            _server.Pin(ServerCore);
        }

        public string Measure(int seconds)
        {
            var before = _server!.Used;
            var load = Wrk.Run(_server.Url, issued.TokenFile(hot), seconds, LoadCore);
            _runs.Add((load.PerSecond, (_server.Used - before).TotalMicroseconds / load.Requests));
            return string.Create(CultureInfo.InvariantCulture, $"{Name}, {(hot ? "one token" : "10,000 tokens")}: {load.PerSecond:N0} requests/s");
        }

        public void Dispose() => _server?.Dispose();

        private double Median(Func<(double Rate, double ProcessorTime), double> value) => Middle(_runs.Select(value));

        private static double Middle(IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
        }

        // dotnet Watchword.Bench.dll, or the executable itself.
        private static string[] Entry() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(HttpTable).Assembly.Location] : [];
    }
}
