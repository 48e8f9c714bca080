// An issuer's stores over one open database, put together as the issuer does it, for tests below its endpoints.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Trust;
using Watchword.Keys;

namespace Watchword.Tests.Servers;

internal sealed class IssuerStores : IAsyncDisposable
{
    public const string IssuerName = "https://issuer.test";

    private IssuerStores(DataFolder folder, Database database, DataKeys keys, TimeProvider clock)
    {
        Folder = folder;
        Database = database;
        DataKeys = keys;
        Clock = clock;
        Keys = new KeyStore(database, keys, clock);
        Credentials = new CredentialStore(database, keys, clock);
        Clients = new ClientStore(database, Credentials, clock);
        Grants = new GrantStore(database, clock);
        Resources = new ResourceStore(database, keys, clock);
        Encryptions = new EncryptionStore(database, clock);
        Secrets = new SharedSecretStore(database, keys, clock);
        Trust = new TrustRegistry(database, IssuerName, clock);
        Registry = new ClientRegistry(database, keys);
        Authenticator = new ClientAuthenticator(Registry, keys, clock);
    }

    public DataFolder Folder { get; }

    public Database Database { get; }

    public DataKeys DataKeys { get; }

    public TimeProvider Clock { get; }

    public KeyStore Keys { get; }

    public CredentialStore Credentials { get; }

    public ClientStore Clients { get; }

    public GrantStore Grants { get; }

    public ResourceStore Resources { get; }

    public EncryptionStore Encryptions { get; }

    public SharedSecretStore Secrets { get; }

    public TrustRegistry Trust { get; }

    public ClientRegistry Registry { get; }

    public ClientAuthenticator Authenticator { get; }

    /// <summary>Opens the SQLite database of a data folder.</summary>
    public static async Task<IssuerStores> OpenAsync(string folder, TimeProvider? clock = null) =>
        await OverAsync(folder, data => Database.OpenSqliteAsync(data.DatabasePath, default), clock ?? TimeProvider.System);

    /// <summary>Puts stores over any database, with the master key in a folder.</summary>
    public static async Task<IssuerStores> OverAsync(string folder, Func<DataFolder, Task<Database>> open, TimeProvider clock)
    {
        var data = DataFolder.Open(folder);
        try
        {
            var database = await open(data);
            try
            {
                using var masters = await new MasterKeyPlace(data, null, database).OpenAsync(default);
                return new IssuerStores(data, database, await DataKeys.OpenAsync(database, masters, clock, default), clock);
            }
            catch
            {
                await database.DisposeAsync();
                throw;
            }
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Runs one statement, as a saboteur or a later version of the program might.</summary>
    public Task<int> ExecuteAsync(string sql) => Database.WriteAsync(transaction => transaction.ExecuteAsync(sql), default);

    /// <summary>Reads one number.</summary>
    public async Task<long> CountAsync(string sql) => Assert.Single(await Database.ReadAsync(sql, row => row.GetInt64(0), default));

    /// <summary>Makes the keys of an algorithm as a starting issuer does, and gives those of all, the newest first.</summary>
    public async Task<IReadOnlyList<StoredKey>> EnsureKeysAsync(SignatureAlgorithm algorithm)
    {
        using var signing = new SigningKeys(Keys);
        await signing.EnsureAsync(algorithm, default);
        return await Keys.ReadAsync(revokedToo: false, default);
    }

    /// <summary>Lets the standby sign at once.</summary>
    public Task<IReadOnlyList<KeyChange>> RotateAsync() => Keys.StepAsync(
        SignatureAlgorithm.ES256, keys => new KeyPlan(KeyStep.Activate, keys.Single(key => key.State == KeyState.Standby).KeyId, default), default);

    /// <summary>A client with one key and one grant of one resource.</summary>
    public async Task<ApiKey> AddCallerAsync(string clientId = "orders", string resource = "https://billing", string? algorithm = null)
    {
        await Resources.CreateAsync(resource, ["invoices:read", "invoices:write"], null, algorithm, default);
        var (_, credential) = await Clients.CreateAsync(clientId, null, null, default);
        await Grants.AddAsync(clientId, resource, ["invoices:read"], default);
        return credential.Key;
    }

    public async ValueTask DisposeAsync()
    {
        DataKeys.Dispose();
        await Database.DisposeAsync();
        Folder.Dispose();
    }
}
