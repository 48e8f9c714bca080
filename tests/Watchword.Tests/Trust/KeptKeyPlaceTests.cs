// Keys on disk serve the place they came from: neither another entry for the same issuer, nor the next place, nor one that is trusted anew.
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class KeptKeyPlaceTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly DocumentFetcher _fetcher = FetchingTarget.Fetcher(TimeProvider.System);

    public void Dispose()
    {
        _fetcher.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task Keys_from_the_place_that_one_entry_names_are_not_those_of_another_entry_for_the_same_issuer()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await using var thief = await PublishingIssuer.StartAsync();
        var issuers = Entries();
        issuers.Take([Entry(issuer) with { JwksUri = $"{thief.Url}/keys" }]);
        await UntilKeptAsync(issuers);
        issuers.Dispose();

        // By its metadata, which cannot be had: the file of the other entry must not do instead.
        issuer.AnswerMetadataBy(Unavailable);
        using var honest = Entries();
        await RefusesAsync(honest, Entry(issuer), issuer.Token(thief.Key));
    }

    [Fact]
    public async Task Keys_from_a_place_that_an_entry_no_longer_names_do_not_come_back()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await using var old = await PublishingIssuer.StartAsync();
        using var issuers = Entries();
        issuers.Take([Entry(issuer) with { JwksUri = $"{old.Url}/keys" }]);
        await UntilKeptAsync(issuers);
        issuer.FailNext(int.MaxValue);
        await RefusesAsync(issuers, Entry(issuer) with { JwksUri = $"{issuer.Url}/keys" }, issuer.Token(old.Key));
    }

    [Fact]
    public async Task Keys_of_an_issuer_that_was_trusted_no_longer_do_not_come_back_with_it()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var before = issuer.Key;
        using var issuers = Entries();
        issuers.Take([Entry(issuer)]);
        await UntilKeptAsync(issuers);
        issuers.Take([]);
        await FetchingTarget.UntilAsync(() => Directory.GetFiles(_temp.Path, "*.keys").Length == 0);
        issuer.AnswerMetadataBy(Unavailable);
        await RefusesAsync(issuers, Entry(issuer), issuer.Token(before));
    }

    [Fact]
    public async Task A_target_that_stops_keeps_them()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var first = Entries();
        first.Take([Entry(issuer)]);
        await UntilKeptAsync(first);
        first.Dispose();
        issuer.AnswerMetadataBy(Unavailable);
        using var again = Entries();
        var gate = new TokenGate(again.Take([Entry(issuer)]), TimeProvider.System);
        Assert.True((await gate.VerifyAsync(issuer.Token(), TestContext.Current.CancellationToken)).IsAccepted);
    }

    private static Task Unavailable(Microsoft.AspNetCore.Http.HttpContext context)
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    private static TrustEntry Entry(PublishingIssuer issuer) => new()
    {
        Issuer = issuer.Url,
        Subjects = Watchword.Jwt.SubjectPatterns.TryParse(["*"], out var everybody, out _) ? everybody : null,
    };

    private EntryIssuers Entries() => new(
        new TrustTerms(PublishingIssuer.Audience, TimeSpan.FromSeconds(30), TimeSpan.FromHours(24), entry => new RemoteKeySetOptions
        {
            Folder = new KeyFolder(_temp.Path),
            JwksUri = entry.JwksUri is { } place ? new Uri(place) : null,
        }), _fetcher, TimeProvider.System);

    private Task UntilKeptAsync(EntryIssuers issuers) =>
        FetchingTarget.UntilAsync(() => issuers.States.All(state => state.Keys > 0) && Directory.GetFiles(_temp.Path, "*.keys").Length > 0);

    private static async Task RefusesAsync(EntryIssuers issuers, TrustEntry entry, string token)
    {
        var gate = new TokenGate(issuers.Take([entry]), TimeProvider.System);
        Assert.Equal(RejectionCode.UnknownKey, (await gate.VerifyAsync(token, TestContext.Current.CancellationToken)).Rejection?.Code);
    }
}
