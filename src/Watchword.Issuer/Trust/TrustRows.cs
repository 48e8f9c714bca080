// The registry and the bundles made of it, as statements of one transaction.
using System.Data.Common;
using System.Text;
using Watchword.Issuer.Storage;
using Watchword.Trust;

namespace Watchword.Issuer.Trust;

internal sealed class TrustRows(Transaction transaction, DateTimeOffset now)
{
    public const string SelectEntries = "SELECT entry FROM trusted_issuer";

    public const string SelectPublished = $"SELECT {StoredBundle.Columns} FROM trust_bundle WHERE kind = 'published'";

    private const string Draft = "draft";
    private const string Published = "published";

    public DateTimeOffset Now => now;

    /// <exception cref="StorageException">The row was altered.</exception>
    public static TrustEntry EntryFromRow(DbDataReader row)
    {
        try
        {
            return TrustBundleText.ReadEntry(Encoding.UTF8.GetBytes(row.GetString(0)));
        }
        catch (InvalidBundleException e)
        {
            throw new StorageException("the database holds a trust entry that this program cannot read; restore the database from a backup", e);
        }
    }

    /// <summary>In one order on every database, so that the same registry makes the same document.</summary>
    public static IReadOnlyList<TrustEntry> InOrder(IEnumerable<TrustEntry> entries) => [.. entries.OrderBy(entry => entry.Issuer, StringComparer.Ordinal)];

    public async Task<IReadOnlyList<TrustEntry>> EntriesAsync() =>
        InOrder(await transaction.ReadAsync(SelectEntries, EntryFromRow).ConfigureAwait(false));

    /// <summary>Registers an entry; false if the issuer has one already and it may not be replaced.</summary>
    public async Task<bool> PutAsync(TrustEntry entry, bool mayReplace) => await transaction.ExecuteAsync(
        "INSERT INTO trusted_issuer (issuer, entry) VALUES (@issuer, @entry) ON CONFLICT (issuer) DO "
        + (mayReplace ? "UPDATE SET entry = excluded.entry" : "NOTHING"),
        ("issuer", entry.Issuer), ("entry", Encoding.UTF8.GetString(TrustBundleText.WriteEntry(entry)))).ConfigureAwait(false) > 0;

    /// <summary>Takes an entry out; false if there is none.</summary>
    public async Task<bool> DropAsync(string issuer) =>
        await transaction.ExecuteAsync("DELETE FROM trusted_issuer WHERE issuer = @issuer", ("issuer", issuer)).ConfigureAwait(false) > 0;

    public Task<StoredBundle?> PublishedAsync() => transaction.ReadOneAsync(SelectPublished, StoredBundle.FromRow);

    public Task<StoredBundle?> DraftAsync() => transaction.ReadOneAsync(
        $"SELECT {StoredBundle.Columns} FROM trust_bundle WHERE kind = 'draft'", StoredBundle.FromRow);

    /// <summary>The serial after every one that was published or handed out for signing.</summary>
    public async Task<long> NextSerialAsync() => BundleSchedule.NextSerial(
        (await transaction.ReadAsync("SELECT COALESCE(MAX(serial), 0) FROM trust_bundle", row => row.GetInt64(0)).ConfigureAwait(false))[0], now);

    public Task<StoredBundle> PublishAsync(TrustBundle bundle, string document, bool isSigned) => WriteAsync(Published, bundle, document, isSigned);

    public Task<StoredBundle> KeepDraftAsync(TrustBundle bundle, string document) => WriteAsync(Draft, bundle, document, isSigned: false);

    /// <summary>Notes whether the published bundle says something else than the registry.</summary>
    public Task MarkAsync(bool lags) => transaction.ExecuteAsync("UPDATE trust_bundle SET lags = @lags WHERE kind = 'published'", ("lags", lags));

    private async Task<StoredBundle> WriteAsync(string kind, TrustBundle bundle, string document, bool isSigned)
    {
        var version = new BundleVersion(bundle.Serial, bundle.Expires, now, isSigned, Lags: false);
        await transaction.ExecuteAsync(
            """
            INSERT INTO trust_bundle (kind, serial, expires, made, signed, lags, document)
            VALUES (@kind, @serial, @expires, @made, @signed, @lags, @document)
            ON CONFLICT (kind) DO UPDATE SET serial = excluded.serial, expires = excluded.expires, made = excluded.made,
              signed = excluded.signed, lags = excluded.lags, document = excluded.document
            """,
            ("kind", kind), ("serial", version.Serial), ("expires", version.Expires), ("made", version.Made),
            ("signed", version.IsSigned), ("lags", version.Lags), ("document", document)).ConfigureAwait(false);
        return new StoredBundle(version, document);
    }
}
