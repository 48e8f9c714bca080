// The master keys that are configured: one, or two while one takes over from the other.
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Keys;

/// <summary>Opens what any of the keys has wrapped, trying one after the other. What is new is wrapped by the first.</summary>
internal sealed class MasterKeys : IDisposable
{
    /// <summary>The greatest number of files that may be named.</summary>
    public const int Most = 2;

    private readonly IReadOnlyList<MasterKey> _keys;

    private MasterKeys(IReadOnlyList<MasterKey> keys) => _keys = keys;

    /// <summary>The key that wraps.</summary>
    public MasterKey First => _keys[0];

    /// <summary>The files that a setting names, separated as in <c>PATH</c>.</summary>
    public static string[] Split(string files) => files.Split(Path.PathSeparator);

    /// <summary>Reads the keys and checks their files.</summary>
    /// <exception cref="StorageException">A file cannot be read, can be read by others, or is malformed.</exception>
    public static MasterKeys Read(params IReadOnlyList<string> files)
    {
        var keys = new List<MasterKey>();
        try
        {
            foreach (var file in files)
                keys.Add(MasterKey.Read(file));
            return new MasterKeys(keys);
        }
        catch
        {
            keys.ForEach(key => key.Dispose());
            throw;
        }
    }

    /// <summary>The data key in a row, or <see langword="null"/> when none of the keys opens it. The caller wipes it.</summary>
    public byte[]? Unwrap(WrappedDataKey row) => _keys.Select(row.Unwrap).FirstOrDefault(key => key is not null);

    /// <summary>Whether these are keys of a database: they open one of its rows at least, or there is none.</summary>
    public bool Fit(IReadOnlyList<WrappedDataKey> rows) => rows.Count == 0 || rows.Any(row => Unwrap(row) is not null);

    /// <summary>Why a row does not open: a stranger's keys open none, so it is the row's fault where they open another.</summary>
    public StorageException Fault(Database database, WrappedDataKey row, IReadOnlyList<WrappedDataKey> rows) => new(
        Fit(rows)
            ? $"the data key '{row.Id}' in {database.Name} does not open: its row was altered or exchanged; restore the database from a backup"
            : $"the master key {string.Join(" or ", _keys.Select(key => $"'{key.FilePath}'"))} does not fit {database.Name}; give the one that its data keys were last wrapped with");

    /// <summary>Wipes the keys from memory.</summary>
    public void Dispose()
    {
        foreach (var key in _keys)
            key.Dispose();
    }
}
