// Whom a fleet trusts beside its issuer: services register their keys or where they publish them, and one bundle is made of it. Every change
// is decided inside the write lock, so that of several nodes none publishes a second document of one serial.
using System.Text;
using Watchword.Issuer.Storage;
using Watchword.Trust;

namespace Watchword.Issuer.Trust;

/// <param name="database">Where it is kept.</param>
/// <param name="issuer">The identifier of the issuer that keeps it.</param>
/// <param name="clock">What time it is.</param>
internal sealed class TrustRegistry(Database database, string issuer, TimeProvider clock)
{
    /// <summary>All that is registered, by identifier.</summary>
    public async Task<IReadOnlyList<TrustEntry>> ListAsync(CancellationToken ct) =>
        TrustRows.InOrder(await database.ReadAsync(TrustRows.SelectEntries, TrustRows.EntryFromRow, ct).ConfigureAwait(false));

    /// <exception cref="RefusedException">It is not registered.</exception>
    public async Task<TrustEntry> GetAsync(string trusted, CancellationToken ct) => TrustRules.IsIdentifier(trusted)
        ? await database.ReadOneAsync(TrustRows.SelectEntries + " WHERE issuer = @issuer", TrustRows.EntryFromRow, ct, ("issuer", trusted)).ConfigureAwait(false)
            ?? throw TrustRules.NoEntry(trusted)
        : throw TrustRules.NoEntry(trusted);

    /// <summary>What is known of the published bundle; null where nothing was ever registered.</summary>
    public Task<BundleVersion?> VersionAsync(CancellationToken ct) => database.ReadOneAsync(
        $"SELECT {BundleVersion.Columns} FROM trust_bundle WHERE kind = 'published'", BundleVersion.FromRow, ct);

    /// <summary>The published bundle.</summary>
    public Task<StoredBundle?> PublishedAsync(CancellationToken ct) => database.ReadOneAsync(TrustRows.SelectPublished, StoredBundle.FromRow, ct);

    /// <summary>Registers an issuer. Unless the published bundle is a signed one, a new bundle is published with it.</summary>
    /// <param name="entry">How far it is trusted.</param>
    /// <param name="mayReplace">Whether it may take the place of what is registered.</param>
    /// <param name="ct">Gives up waiting for the database.</param>
    /// <exception cref="RefusedException">The entry is faulty, or with it the whole would be, or it exists.</exception>
    public Task<BundleVersion> PutAsync(TrustEntry entry, bool mayReplace, CancellationToken ct)
    {
        TrustRules.Check(entry, issuer);
        return ChangeAsync(
            async rows => await rows.PutAsync(entry, mayReplace).ConfigureAwait(false)
                ? true
                : throw new RefusedException(Refusal.AlreadyExists, $"'{entry.Issuer}' is registered already; see how with: watchword trust show {ShellWord.Of(entry.Issuer)}; to put this in its place, add --replace"),
            ct);
    }

    /// <summary>Takes an issuer out, as <see cref="PutAsync"/> puts it in.</summary>
    /// <exception cref="RefusedException">It is not registered.</exception>
    public Task<BundleVersion> RemoveAsync(string trusted, CancellationToken ct) => ChangeAsync(
        async rows => TrustRules.IsIdentifier(trusted) && await rows.DropAsync(trusted).ConfigureAwait(false) ? true : throw TrustRules.NoEntry(trusted), ct);

    /// <summary>The registry as a bundle to sign. While it need not be another one, it is the same, byte by byte.</summary>
    public Task<StoredBundle> ExportAsync(CancellationToken ct) => WriteAsync(
        async rows =>
        {
            var entries = await rows.EntriesAsync().ConfigureAwait(false);
            var published = await rows.PublishedAsync().ConfigureAwait(false);
            var draft = await rows.DraftAsync().ConfigureAwait(false);
            if (draft is not null && draft.Version.Serial > (published?.Version.Serial ?? 0) && Says(draft, entries)
                && !BundleSchedule.IsWorn(draft.Version, BundleSchedule.DraftLife, rows.Now))
            {
                return draft;
            }
            var (bundle, json) = TrustRules.Make(await rows.NextSerialAsync().ConfigureAwait(false), rows.Now + BundleSchedule.DraftLife, entries);
            return await rows.KeepDraftAsync(bundle, json).ConfigureAwait(false);
        },
        ct);

    /// <summary>Publishes a bundle that was signed elsewhere. From then on nothing is published that is not.</summary>
    /// <exception cref="RefusedException">It is not signed, not later than the published one, has expired, or is not what is registered.</exception>
    public Task<BundleVersion> PublishAsync(string document, CancellationToken ct)
    {
        var text = document.Trim();
        var offered = TrustRules.OpenSigned(text);
        return WriteAsync(
            async rows =>
            {
                var published = await rows.PublishedAsync().ConfigureAwait(false);
                TrustRules.CheckPublishable(offered, published?.Version, await rows.EntriesAsync().ConfigureAwait(false), rows.Now);
                return (await rows.PublishAsync(offered, text, isSigned: true).ConfigureAwait(false)).Version;
            },
            ct);
    }

    /// <summary>Publishes the registry as it is, also in the place of a signed bundle, and from then on with every change.</summary>
    public Task<BundleVersion> PublishUnsignedAsync(CancellationToken ct) => WriteAsync(RepublishAsync, ct);

    /// <summary>Publishes anew what is not signed, if it is time; null if not.</summary>
    public Task<BundleVersion?> RenewAsync(bool isStart, CancellationToken ct) => WriteAsync<BundleVersion?>(
        async rows => await rows.PublishedAsync().ConfigureAwait(false) is { } published && BundleSchedule.IsDue(published.Version, isStart, rows.Now)
            ? await RepublishAsync(rows).ConfigureAwait(false)
            : null,
        ct);

    private Task<BundleVersion> ChangeAsync(Func<TrustRows, Task<bool>> change, CancellationToken ct) => WriteAsync(
        async rows =>
        {
            await change(rows).ConfigureAwait(false);
            if (await rows.PublishedAsync().ConfigureAwait(false) is not { Version.IsSigned: true } signed)
                return await RepublishAsync(rows).ConfigureAwait(false);
            var entries = await rows.EntriesAsync().ConfigureAwait(false);
            // What could not be published is not registered either.
            TrustRules.Make(signed.Version.Serial, signed.Version.Expires, entries);
            var lags = !Says(signed, entries);
            await rows.MarkAsync(lags).ConfigureAwait(false);
            return signed.Version with { Lags = lags };
        },
        ct);

    private static async Task<BundleVersion> RepublishAsync(TrustRows rows)
    {
        var serial = await rows.NextSerialAsync().ConfigureAwait(false);
        var (bundle, json) = TrustRules.Make(serial, rows.Now + BundleSchedule.Life, await rows.EntriesAsync().ConfigureAwait(false));
        return (await rows.PublishAsync(bundle, json, isSigned: false).ConfigureAwait(false)).Version;
    }

    // What an earlier version of this program took and this one does not says nothing that is known to be the same.
    private static bool Says(StoredBundle stored, IReadOnlyList<TrustEntry> entries)
    {
        try
        {
            return TrustRules.Differences(SignedTrustBundle.Open(Encoding.UTF8.GetBytes(stored.Document), null).Bundle.Issuers, entries).Count == 0;
        }
        catch (InvalidBundleException)
        {
            return false;
        }
    }

    private Task<T> WriteAsync<T>(Func<TrustRows, Task<T>> work, CancellationToken ct) =>
        database.WriteAsync(transaction => work(new TrustRows(transaction, clock.NowAsStored())), ct);
}
