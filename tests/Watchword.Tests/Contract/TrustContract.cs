// The registry of trust on both databases alike: what is published of it, its serials, and nodes that race.
using System.Text;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Trust;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Contract;

public abstract class TrustContract : ReviewContract
{
    private const string Orders = "https://orders.internal";
    private const string Billing = "https://billing.internal";

    private static SigningKey Pin => SampleKeys.Of("ES384");

    [Fact]
    public async Task Every_change_publishes_a_later_bundle_of_all_that_is_registered()
    {
        await using var stores = await OpenAsync();
        Assert.Null(await stores.Trust.VersionAsync(default));
        var full = new TrustEntry
        {
            Issuer = Orders,
            Keys = new KeySet([SampleKeys.Of("ES256").ToVerificationKey()]),
            Algorithms = [SignatureAlgorithm.ES256],
            Scopes = ["invoices:read"],
            MaxLifetime = TimeSpan.FromMinutes(1),
            Comment = "caf\u00e9 \"quoted\"",
        };
        var first = await stores.Trust.PutAsync(full, mayReplace: false, default);
        Assert.Equal(new BundleVersion(Clock.GetUtcNow().ToUnixTimeMilliseconds(), WholeSeconds(30), Clock.GetUtcNow(), false, false), first);
        var second = await stores.Trust.PutAsync(Entry(Billing), mayReplace: false, default);
        Assert.Equal(first.Serial + 1, second.Serial);

        var stored = (await stores.Trust.PublishedAsync(default))!;
        Assert.Equal(await stores.Trust.VersionAsync(default), stored.Version);
        Assert.Equal([Billing, Orders], Bundle(stored).Issuers.Select(entry => entry.Issuer));
        Assert.Equal(TrustBundleText.WriteEntry(full), TrustBundleText.WriteEntry(Bundle(stored).Issuers[1]));
        Assert.Equal(TrustBundleText.WriteEntry(full), TrustBundleText.WriteEntry(await stores.Trust.GetAsync(Orders, default)));

        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Clock.GetUtcNow().ToUnixTimeMilliseconds(), (await stores.Trust.RemoveAsync(Orders, default)).Serial);
        await stores.Trust.RemoveAsync(Billing, default);
        Assert.Empty(Bundle((await stores.Trust.PublishedAsync(default))!).Issuers);
    }

    [Fact]
    public async Task An_entry_is_replaced_only_where_that_is_said()
    {
        await using var stores = await OpenAsync();
        await stores.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        var published = await stores.Trust.PublishedAsync(default);
        await RefusedAsync(Refusal.AlreadyExists, "--replace", () => stores.Trust.PutAsync(Entry(Orders, "b"), mayReplace: false, default));
        Assert.Equal(published, await stores.Trust.PublishedAsync(default));
        await stores.Trust.PutAsync(Entry(Orders, "b"), mayReplace: true, default);
        Assert.Equal(["b"], Assert.Single(Bundle((await stores.Trust.PublishedAsync(default))!).Issuers).Scopes);
    }

    [Fact]
    public async Task What_makes_no_good_bundle_is_not_registered()
    {
        await using var stores = await OpenAsync();
        var key = new KeySet([SampleKeys.Of("ES256").ToVerificationKey()]);
        await stores.Trust.PutAsync(Entry(Orders) with { Keys = key }, mayReplace: false, default);
        var published = await stores.Trust.PublishedAsync(default);
        await RefusedAsync(Refusal.Invalid, "have the same key", Put(Entry(Billing) with { Keys = key }));
        await RefusedAsync(Refusal.Invalid, "is not https", Put(Entry("http://billing.internal")));
        await RefusedAsync(Refusal.Invalid, "several sources", Put(Entry(Billing) with { Keys = key, JwksUri = "https://billing.internal/keys" }));
        await RefusedAsync(Refusal.Invalid, "by their own setting Issuer", Put(Entry(IssuerStores.IssuerName)));
        await RefusedAsync(Refusal.Invalid, "by their own setting Issuer", Put(Entry("https://ISSUER.test/")));
        await RefusedAsync(Refusal.Invalid, "the keys of this issuer itself", Put(Entry(Billing) with { JwksUri = "https://ISSUER.test:443/.well-known/jwks.json" }));
        await RefusedAsync(Refusal.Invalid, "printable ASCII", Put(Entry("https://a/" + new string('x', 600))));
        await RefusedAsync(Refusal.Invalid, "printable ASCII", Put(Entry(" https://billing.internal")));
        await RefusedAsync(Refusal.Conflict, "bytes", Put(Entry(Billing) with { Comment = new string('x', TrustBundle.LongestDocument) }));
        foreach (var nobody in (string[])[Billing, "", "https://a/\0", new string('x', 10_000)])
        {
            await RefusedAsync(Refusal.NotFound, "watchword trust list", () => stores.Trust.RemoveAsync(nobody, default));
            await RefusedAsync(Refusal.NotFound, "watchword trust list", () => stores.Trust.GetAsync(nobody, default));
        }
        Assert.Equal(published, await stores.Trust.PublishedAsync(default));
        Assert.Single(await stores.Trust.ListAsync(default));

        Func<Task> Put(TrustEntry entry) => () => stores.Trust.PutAsync(entry, mayReplace: true, default);
    }

    [Fact]
    public async Task Nodes_that_race_publish_one_document_of_each_serial()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        TrustRegistry[] nodes = [one.Trust, two.Trust];
        var versions = await Task.WhenAll(Enumerable.Range(0, 12).Select(each => RaceAsync(() =>
            nodes[each % 2].PutAsync(Entry($"https://service-{each}.internal"), mayReplace: false, default))));
        Assert.Equal(12, versions.Select(version => version.Serial).Distinct().Count());
        var stored = (await one.Trust.PublishedAsync(default))!;
        Assert.Equal(versions.Max(version => version.Serial), stored.Version.Serial);
        Assert.Equal(12, Bundle(stored).Issuers.Count);
        Assert.Equal(stored, await two.Trust.PublishedAsync(default));
    }

    [Fact]
    public async Task Of_nodes_that_renew_at_once_one_does()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        var before = await one.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        Assert.Null(await one.Trust.RenewAsync(isStart: true, default));
        Clock.Advance(TimeSpan.FromDays(10) + TimeSpan.FromSeconds(1));
        TrustRegistry[] nodes = [one.Trust, two.Trust];
        var renewed = await Task.WhenAll(Enumerable.Range(0, 8).Select(each => RaceAsync(() => nodes[each % 2].RenewAsync(each % 4 > 1, default))));
        var version = Assert.Single(renewed.OfType<BundleVersion>());
        Assert.True(version.Serial > before.Serial);
        Assert.Equal(WholeSeconds(30), version.Expires);
        Assert.Equal(version, await two.Trust.VersionAsync(default));
    }

    [Fact]
    public async Task A_draft_stays_the_same_until_it_has_to_be_another()
    {
        await using var stores = await OpenAsync();
        var published = await stores.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        var draft = await stores.Trust.ExportAsync(default);
        Assert.Equal((published.Serial + 1, WholeSeconds(90)), (draft.Version.Serial, Bundle(draft).Expires));
        Assert.Equal(draft, await stores.Trust.ExportAsync(default));

        // A serial that was handed out for signing belongs to that document, also where it was never published here.
        var changed = await stores.Trust.PutAsync(Entry(Billing), mayReplace: false, default);
        Assert.Equal(draft.Version.Serial + 1, changed.Serial);
        var next = await stores.Trust.ExportAsync(default);
        Assert.Equal((changed.Serial + 1, 2), (next.Version.Serial, Bundle(next).Issuers.Count));
        Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(next, await stores.Trust.ExportAsync(default));
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WholeSeconds(90), (await stores.Trust.ExportAsync(default)).Version.Expires);
    }

    [Fact]
    public async Task A_signed_bundle_stays_until_the_next_is_published_and_is_known_to_lag()
    {
        await using var stores = await OpenAsync();
        await stores.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        var draft = await stores.Trust.ExportAsync(default);
        var signed = await stores.Trust.PublishAsync($"{Sign(draft)}\n", default);
        Assert.Equal(new BundleVersion(draft.Version.Serial, draft.Version.Expires, Clock.GetUtcNow(), true, false), signed);
        var published = (await stores.Trust.PublishedAsync(default))!;
        Assert.Equal(published.Document, published.Document.Trim());

        Assert.Equal(signed with { Lags = true }, await stores.Trust.PutAsync(Entry(Billing), mayReplace: false, default));
        Assert.Equal(published with { Version = signed with { Lags = true } }, await stores.Trust.PublishedAsync(default));
        Assert.Equal(signed, await stores.Trust.RemoveAsync(Billing, default));
        Assert.Equal(published, await stores.Trust.PublishedAsync(default));
        await RefusedAsync(Refusal.Invalid, "is not https", () => stores.Trust.PutAsync(Entry("http://billing.internal"), mayReplace: false, default));

        Clock.Advance(TimeSpan.FromDays(100));
        Assert.Null(await stores.Trust.RenewAsync(isStart: true, default));
        Assert.Equal(published, await stores.Trust.PublishedAsync(default));
        var open = await stores.Trust.PublishUnsignedAsync(default);
        Assert.False(open.IsSigned);
        Assert.True(open.Serial > signed.Serial);
        Assert.Equal(open.Serial + 1, (await stores.Trust.PutAsync(Entry(Billing), mayReplace: false, default)).Serial);
    }

    [Fact]
    public async Task A_signed_bundle_is_taken_only_if_it_is_later_and_just_what_is_registered()
    {
        await using var stores = await OpenAsync();
        await stores.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        var draft = await stores.Trust.ExportAsync(default);
        await RefusedAsync(Refusal.Invalid, "is not signed", () => stores.Trust.PublishAsync(draft.Document, default));
        await RefusedAsync(Refusal.Invalid, "neither", () => stores.Trust.PublishAsync("a.b", default));
        await RefusedAsync(Refusal.Invalid, "typ", () => stores.Trust.PublishAsync(Watchword.Jwt.JwtSigner.Sign(Pin, Encoding.UTF8.GetBytes(draft.Document), "JWT"), default));
        await RefusedAsync(Refusal.Conflict, "expired", Publish(new TrustBundle(draft.Version.Serial, Clock.GetUtcNow(), Bundle(draft).Issuers)));
        await RefusedAsync(Refusal.Conflict, "leaves too few", Publish(new TrustBundle(TrustBundle.GreatestSerial / 2 + 1, WholeSeconds(1), Bundle(draft).Issuers)));
        await RefusedAsync(Refusal.Conflict, $"do not say the same of {Orders}", Publish(new TrustBundle(draft.Version.Serial, WholeSeconds(1), [Entry(Orders, "b")])));
        await RefusedAsync(Refusal.Conflict, $"do not say the same of {Billing}", Publish(new TrustBundle(draft.Version.Serial, WholeSeconds(1), [Entry(Orders), Entry(Billing)])));
        await RefusedAsync(Refusal.Conflict, $"do not say the same of {Orders}", Publish(new TrustBundle(draft.Version.Serial, WholeSeconds(1), [])));
        await RefusedAsync(Refusal.Conflict, "is published already", Publish(new TrustBundle(draft.Version.Serial - 1, WholeSeconds(1), Bundle(draft).Issuers)));

        await stores.Trust.PutAsync(Entry(Billing), mayReplace: false, default);
        await RefusedAsync(Refusal.Conflict, "trust export", () => stores.Trust.PublishAsync(Sign(draft), default));
        Assert.False((await stores.Trust.VersionAsync(default))!.IsSigned);
        // Whoever signs may choose its expiry and leave a note.
        var edited = new TrustBundle((await stores.Trust.ExportAsync(default)).Version.Serial + 5, WholeSeconds(1), [Entry(Orders), Entry(Billing)], "reviewed");
        Assert.Equal(edited.Serial, (await stores.Trust.PublishAsync(SignedTrustBundle.Sign(edited, Pin), default)).Serial);
        await RefusedAsync(Refusal.Conflict, "is published already", Publish(edited));
        Assert.Equal(edited.Serial + 1, (await stores.Trust.ExportAsync(default)).Version.Serial);

        Func<Task> Publish(TrustBundle bundle) => () => stores.Trust.PublishAsync(SignedTrustBundle.Sign(bundle, Pin), default);
    }

    [Fact]
    public async Task What_another_node_published_is_taken_up_and_an_altered_row_is_named()
    {
        await using var one = await OpenAsync();
        await using var two = await OpenAsync();
        using var published = new PublishedBundle(two.Trust);
        Assert.Null(await published.ReloadAsync(default));
        Assert.Null(published.Document);
        await one.Trust.PutAsync(Entry(Orders), mayReplace: false, default);
        Assert.Equal(await one.Trust.VersionAsync(default), await published.ReloadAsync(default));
        var document = published.Document;
        Assert.NotNull(document);
        await published.ReloadAsync(default);
        Assert.Same(document, published.Document);

        await one.ExecuteAsync("""UPDATE trusted_issuer SET entry = '{"issuer":1}'""");
        Assert.Contains("restore the database", (await Assert.ThrowsAsync<StorageException>(() => two.Trust.ListAsync(default))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => two.Trust.PutAsync(Entry(Billing), mayReplace: false, default));
        Assert.Equal(1, await one.CountAsync("SELECT COUNT(*) FROM trusted_issuer"));
    }

    private static TrustEntry Entry(string issuer, params string[] scopes) => new() { Issuer = issuer, Scopes = scopes };

    private static TrustBundle Bundle(StoredBundle stored) => TrustBundle.Parse(Encoding.UTF8.GetBytes(stored.Document));

    private static string Sign(StoredBundle draft) => SignedTrustBundle.Sign(Bundle(draft), Pin);

    private DateTimeOffset WholeSeconds(int days) => DateTimeOffset.FromUnixTimeSeconds(Clock.GetUtcNow().AddDays(days).ToUnixTimeSeconds());

    private static async Task RefusedAsync(Refusal refusal, string words, Func<Task> request)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(request);
        Assert.Equal(refusal, refused.Refusal);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }
}
