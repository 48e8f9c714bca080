// Changes the master key while the issuer serves: nothing is touched but the wrapping of the data keys.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Keys;

/// <summary>What a rewrap did.</summary>
/// <param name="File">The file of the master key that wraps all data keys now.</param>
/// <param name="Rewrapped">How many of them it did not wrap before.</param>
/// <param name="All">How many there are.</param>
/// <param name="IsConfigured">Whether the next start will read that file.</param>
internal sealed record RewrapResult(string File, int Rewrapped, int All, bool IsConfigured);

internal sealed class MasterKeyRewrap(MasterKeyPlace place, Database database) : IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <summary>
    /// Wraps all data keys by another master key: the one in the file given; without one, by the first that is configured, or where the key is
    /// in the data folder by a new one that takes its place. Killed at any point, the next start finds a key that opens all rows.
    /// </summary>
    /// <param name="toFile">An absolute path, or <see langword="null"/>.</param>
    /// <param name="ct">Gives up before anything is changed.</param>
    /// <exception cref="RefusedException">The file given cannot be used.</exception>
    /// <exception cref="StorageException">The configured keys cannot be read or do not open the rows, or the disk is full; nothing was changed.</exception>
    public Task<RewrapResult> RunAsync(string? toFile, CancellationToken ct) =>
        KeepOutAsync(() => toFile is null && place.IsInFolder ? ReplaceAsync(ct) : RewrapAsync(toFile, ct), ct);

    /// <summary>Does something while nothing is rewrapped: a backup needs the key that is in force when it is finished.</summary>
    public async Task<T> KeepOutAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await _oneAtATime.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<RewrapResult> RewrapAsync(string? toFile, CancellationToken ct)
    {
        using var masters = place.Read();
        using var given = toFile is null ? null : ReadGiven(toFile);
        return await RewrapAsync(masters, given ?? masters.First, ct).ConfigureAwait(false);
    }

    private async Task<RewrapResult> ReplaceAsync(CancellationToken ct)
    {
        await place.SettleAsync(ct).ConfigureAwait(false);
        MasterKey.Create(place.NextFile);
        RewrapResult result;
        try
        {
            using var masters = place.Read();
            using var next = MasterKey.Read(place.NextFile);
            result = await RewrapAsync(masters, next, ct).ConfigureAwait(false);
        }
        catch
        {
            await place.SettleAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        await place.SettleAsync(CancellationToken.None).ConfigureAwait(false);
        return result with { File = place.Files[0], IsConfigured = true };
    }

    private async Task<RewrapResult> RewrapAsync(MasterKeys masters, MasterKey target, CancellationToken ct)
    {
        var (rewrapped, all) = await WrappedDataKey.RewrapAsync(database, masters, target, ct).ConfigureAwait(false);
        return new RewrapResult(target.FilePath, rewrapped, all, place.Files.Contains(target.FilePath));
    }

    // What is wrong with the file given is a fault of the request, not of the server.
    private static MasterKey ReadGiven(string file)
    {
        try
        {
            return MasterKey.Read(file);
        }
        catch (StorageException e)
        {
            throw new RefusedException(Refusal.Invalid, e.Message);
        }
    }
}
