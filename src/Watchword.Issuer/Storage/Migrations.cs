// Brings a database to the schema of this program, one numbered step at a time, each whole or not at all.
namespace Watchword.Issuer.Storage;

internal static class Migrations
{
    /// <summary>The schema version this program knows: migration 1 is the first, and none is ever edited once released.</summary>
    public static int Latest => Schema.Steps.Count;

    /// <summary>Applies what is missing; refuses a database that a newer program has migrated.</summary>
    /// <exception cref="StorageException">The database is newer than this program.</exception>
    public static async Task ApplyAsync(Database database, CancellationToken ct)
    {
        for (var version = await PrepareAsync(database, ct).ConfigureAwait(false); version < Latest; version++)
            await StepAsync(database, version + 1, ct).ConfigureAwait(false);
    }

    private static Task<long> PrepareAsync(Database database, CancellationToken ct) => database.WriteAsync(
        async transaction =>
        {
            await transaction.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)").ConfigureAwait(false);
            await transaction.ExecuteAsync(
                "INSERT INTO schema_version (version) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version)").ConfigureAwait(false);
            var version = await CurrentAsync(transaction).ConfigureAwait(false);
            return version <= Latest
                ? version
                : throw new StorageException(
                    $"{database.Name} is version {version}, this program knows up to {Latest}; run the newer watchword");
        },
        ct);

    // Another node may have taken the step meanwhile, so it looks again under the write lock.
    private static Task<bool> StepAsync(Database database, long step, CancellationToken ct) => database.WriteAsync(
        async transaction =>
        {
            if (await CurrentAsync(transaction).ConfigureAwait(false) >= step)
                return false;
            foreach (var statement in Schema.Steps[(int)step - 1])
                await transaction.ExecuteAsync(statement).ConfigureAwait(false);
            await transaction.ExecuteAsync("UPDATE schema_version SET version = @version", ("version", step)).ConfigureAwait(false);
            return true;
        },
        ct);

    private static async Task<long> CurrentAsync(Transaction transaction)
    {
        var rows = await transaction.ReadAsync("SELECT version FROM schema_version", row => row.GetInt64(0)).ConfigureAwait(false);
        return rows[0];
    }
}
