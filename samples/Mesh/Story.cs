// The story the mesh tells: everybody calls, somebody is away for a while, and two are refused. Whatever is not as it should be ends it.
using System.Net;
using System.Net.Http.Headers;
using Watchword.Keys;

namespace Mesh;

internal sealed class Story(Fleet fleet, string picture) : IDisposable
{
    private readonly HttpClient _http = new();

    public async Task TellAsync()
    {
        fleet.Publish();
        foreach (var plan in Plan.Shop)
            await fleet.StartAsync(plan);
        Console.WriteLine($"""
            Five services are up, each its own issuer; there is no other server. All of them read one trust bundle,
            {fleet.BundleFile}, signed by an offline key ({fleet.SignedBy}):

            {string.Join(Environment.NewLine, fleet.Bundle.Issuers.Select(entry => $"  {entry.Comment,-10}  {entry.Issuer}  may claim {string.Join(' ', entry.Scopes)}"))}

            === Everybody calls ===

            """);
        foreach (var plan in Plan.Shop)
        {
            foreach (var call in plan.Calls)
                await TellCallAsync(plan.Name, call);
        }
        await TellAbsenceAsync();
        await TellRefusalsAsync();
        File.WriteAllText(picture, TrustPicture.Draw(fleet));
        Console.WriteLine($"Who trusts whom is drawn in {Path.GetFullPath(picture)}{(picture == fleet.PictureFile ? ", which goes when this ends; --svg FILE puts it where it stays" : "")}");
    }

    public void SayWhatToTry()
    {
        var orders = fleet.UrlOf("orders");
        Console.WriteLine($"""

            Everything is still running; Ctrl+C ends it. To try next, in another terminal:

              curl -s {orders}/.well-known/jwks.json                     the keys that orders publishes
              curl -i {orders}/orders                                    no token: 401
              curl -i {orders}/orders -H "Authorization: Bearer a.b.c"   a bad one: 401, and why
              watchword() (dotnet run --project src/Watchword.Cli -- "$@")
              watchword bundle show {fleet.BundleFile}
            """);
    }

    public void Dispose() => _http.Dispose();

    private async Task<Caller> TellCallAsync(string name, Call call)
    {
        using var answer = await fleet[name].SendAsync(call);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new UnexpectedException($"{name} called {call.Callee} and was refused: {string.Join(' ', (await Refusal.ReadAsync(answer)).Lines())}");
        var seen = (await answer.Content.ReadFromJsonAsync<Caller>())!;
        var vouchedBy = fleet.NameOf(seen.Issuer) == name ? "itself" : fleet.NameOf(seen.Issuer);
        Console.WriteLine($"  {name,-10} -> {call.Callee,-10}  {call,-14}  200  vouched for by {seen.Issuer} ({vouchedBy}), scope {string.Join(' ', seen.Scopes)}, key {seen.KeyId}");

        var url = fleet.UrlOf(name);
        Expect((seen.Issuer, seen.Client) == (url, url), $"{call.Callee} did not see {name}.");
        Expect(seen.Scopes.SequenceEqual([call.Scope]), $"{call.Callee} saw the scopes {string.Join(' ', seen.Scopes)}.");
        Expect((await PublishedKeysAsync(name)).Contains(seen.KeyId), $"{name} does not publish the key {seen.KeyId}.");
        return seen;
    }

    private async Task TellAbsenceAsync()
    {
        var ask = Of("stock").Calls[0];
        var before = await TellCallAsync("stock", ask);
        Console.WriteLine("""

            === Stock is stopped; what does not need it goes on. It comes back as who it was ===

            """);
        await fleet.StopAsync("stock");
        await TellCallAsync("storefront", Of("storefront").Calls[0]);
        await TellCallAsync("orders", Of("orders").Calls[0]);
        await fleet.StartAsync(Of("stock"));
        var after = await TellCallAsync("stock", ask);
        Expect(after.KeyId == before.KeyId, "Stock came back with another key.");
    }

    private async Task TellRefusalsAsync()
    {
        Console.WriteLine("""

            === What is refused ===

            """);
        await fleet.StartAsync(Plan.Stranger);
        await TellRefusalAsync("coupons, a sixth service that the bundle does not name, calls orders", Plan.Stranger.Name, Plan.Stranger.Calls[0], "unknown_issuer");
        await fleet.StopAsync(Plan.Stranger.Name);
        await TellRefusalAsync(
            "storefront claims stock:write, which the bundle does not let it claim", "storefront", new Call("stock", "POST", "/shelves", "stock:write"), "client_not_allowed");
    }

    private async Task TellRefusalAsync(string what, string name, Call call, string code)
    {
        var url = fleet.UrlOf(call.Callee);
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), url + call.Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await fleet[name].ClaimAsync(url, call.Scope));
        using var answer = await _http.SendAsync(request);
        var refusal = await Refusal.ReadAsync(answer);
        Console.WriteLine($"  {what}:");
        foreach (var line in refusal.Lines())
            Console.WriteLine($"    {line}");
        Console.WriteLine();
        Expect(refusal.Status == 401, $"{call.Callee} answered {refusal.Status}, not 401.");
        Expect(refusal.Challenge.Contains($"\"{code}:", StringComparison.Ordinal), $"{call.Callee} did not say {code}.");
        Expect(refusal.IsExplained, $"{call.Callee} did not explain {code}.");
    }

    private async Task<KeySet> PublishedKeysAsync(string name) =>
        KeySet.Parse(await _http.GetByteArrayAsync(new Uri(fleet.UrlOf(name) + "/.well-known/jwks.json")));

    private static Plan Of(string name) => Plan.Shop.Single(plan => plan.Name == name);

    private static void Expect(bool isTrue, string otherwise)
    {
        if (!isTrue)
            throw new UnexpectedException(otherwise);
    }
}
