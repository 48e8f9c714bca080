namespace Watchword.Issuer.Storage;

internal static class Backup
{
    /// <summary>Writes one consistent copy of the database to <paramref name="file"/> (absolute, must not exist; 0600) and answers its size in bytes.</summary>
    public static Task<long> WriteAsync(Database database, string file, CancellationToken ct) => throw new NotImplementedException();
}
