// Whoever has stolen a service's key file: signs what that service could sign, and tries it on everybody, over and over.
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;

namespace Watchword.FaultProcess;

internal static class ThiefRole
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static WebApplication Build(string[] settings)
    {
        var builder = Loopback.CreateBuilder(settings);
        var stolen = new ForgedTokens(builder.Configuration.Need("issuer"), builder.Configuration.Need("key-file"));
        var tally = new Tally();
        var seen = new SeenTokens(tally);
        var network = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        var workers = new Workers();
        var app = builder.Build();
        app.MapGet("/faults/counts", context => context.AnswerAsync(200, tally.ToJson()));
        app.MapPost("/faults/revoked", context =>
        {
            seen.Revoke(context.Request.Query["kid"].ToString(), TimeSpan.FromSeconds(context.Number("within")));
            return Task.CompletedTask;
        });
        app.MapPost("/faults/stop", _ => workers.StopAsync());
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            foreach (var target in CalledTarget.Read(builder.Configuration))
            {
                // One that every target remembers to have verified, and new ones.
                var held = stolen.Good(target, TimeSpan.FromHours(1));
                Try(target with { Name = target.Name + " remembered" }, () => held);
                Try(target, () => stolen.Good(target, TimeSpan.FromMinutes(1)));
            }
        });
        return app;

        void Try(CalledTarget target, Func<string> token)
        {
            var http = new HttpClient(new Witness(target, tally, seen, network), disposeHandler: false) { Timeout = Witness.LongestWait };
            workers.Add(Pause, () => TryAsync(http, target, token(), tally));
        }
    }

    private static async Task TryAsync(HttpClient http, CalledTarget target, string token, Tally tally)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target.Url);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode == HttpStatusCode.OK)
                tally.Count(target, "accepted");
        }
        catch (HttpRequestException)
        {
            tally.Count(target, "not there");
        }
        catch (OperationCanceledException)
        {
            tally.Count(target, "no answer");
        }
    }
}
