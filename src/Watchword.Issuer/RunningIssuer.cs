// An issuer that is up: made in one go, in the order in which its parts need each other, and undone in the reverse order.
using System.Reflection;
using Microsoft.Extensions.Logging;
using Watchword.AspNetCore;
using Watchword.Issuer.Admin;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Findings;
using Watchword.Issuer.Keys;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Tokens;
using Watchword.Issuer.Trust;
using Watchword.Issuer.Usage;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Issuer;

internal sealed class RunningIssuer : IAsyncDisposable
{
    private readonly Stack<object> _parts = new();

    private RunningIssuer()
    {
    }

    public TokenEndpoint Token { get; private set; } = null!;

    public KeySetEndpoint KeySet { get; private set; } = null!;

    public HealthEndpoint Health { get; private set; } = null!;

    public PublishedDocument OAuthMetadata { get; private set; } = null!;

    public PublishedDocument OpenIdMetadata { get; private set; } = null!;

    public BundleEndpoint Bundle { get; private set; } = null!;

    public DataFolder Folder { get; private set; } = null!;

    public Database Database { get; private set; } = null!;

    /// <exception cref="IssuerStartException">The settings are at fault, or the admin socket.</exception>
    /// <exception cref="StorageException">The data folder, the master key or the database is at fault.</exception>
    public static async Task<RunningIssuer> StartAsync(
        IssuerOptions options, ILoggerFactory logs, TimeProvider clock, CancellationToken ct)
    {
        if (options.Faults() is { Count: > 0 } faults) throw new IssuerStartException(string.Join(' ', faults));

        var issuer = new RunningIssuer();
        try
        {
            await issuer.BuildAsync(options, logs, clock, ct);
            return issuer;
        }
        catch
        {
            await issuer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_parts.TryPop(out var part)) return;
        try
        {
            if (part is IAsyncDisposable later) await later.DisposeAsync();
            else if (part is IDisposable now) now.Dispose();
        }
        finally
        {
            // Whatever befalls one part, the others are undone: the lock above all.
            await DisposeAsync();
        }
    }

    private async Task BuildAsync(IssuerOptions options, ILoggerFactory logs, TimeProvider clock, CancellationToken ct)
    {
        var name = options.Issuer!;
        Folder = Keep(DataFolder.Open(options.DataFolder));
        // Whoever was cut off from its clients and keys must not begin with none.
        if (Folder.RestoreFault() is { } fault)
            throw new StorageException(fault);
        Database = Keep(await Database.OpenSqliteAsync(Folder.DatabasePath, ct));
        var masterKey = new MasterKeyPlace(Folder, options.MasterKeyFile, Database);
        var dataKeys = await OpenDataKeysAsync(masterKey, clock, ct);

        var resources = new ResourceStore(Database, dataKeys, clock);
        var keyStore = new KeyStore(Database, dataKeys, clock);
        var signing = Keep(new SigningKeys(keyStore));
        foreach (var algorithm in (SignatureAlgorithm[])[SignatureAlgorithm.ES256, .. await resources.AlgorithmsAsync(ct)])
            await signing.EnsureAsync(algorithm, ct);
        var holders = Keep(new HolderNotes(Database, clock));
        var audit = new KeyAudit(logs.CreateLogger<KeyAudit>());
        var rotation = Keep(new KeyRotation(keyStore, signing, holders, options.Policy(), audit, clock));

        var usage = Keep(new UsageCounter(Database, logs.CreateLogger<UsageCounter>(), clock));
        var failures = Keep(new FailedAttempts(logs.CreateLogger<FailedAttempts>(), clock));
        var authenticator = new ClientAuthenticator(new ClientRegistry(Database, dataKeys), dataKeys, clock);
        var authentication = new ClientAuthentication(authenticator, failures);

        var fetcher = new DocumentFetcher(new FetcherOptions { CaFile = options.CaFile }, clock);
        var encryptionKeys = Keep(new EncryptionKeys(fetcher, logs.CreateLogger<EncryptionKeys>(), clock));

        Token = new TokenEndpoint(
            authentication, new TokenSigning(name, signing.Ring, encryptionKeys, clock), usage, logs.CreateLogger<TokenEndpoint>(), clock);
        KeySet = new KeySetEndpoint(signing, holders);
        Health = new HealthEndpoint(Database, signing.Ring, clock);
        OAuthMetadata = MetadataDocument.ForOAuth(name);
        OpenIdMetadata = MetadataDocument.ForOpenId(name);

        var trust = await ServeBundleAsync(new TrustRegistry(Database, name, clock), logs, clock);
        var credentials = new CredentialStore(Database, dataKeys, clock);
        var grants = new GrantStore(Database, clock);
        Keep(new ExpiryLog(new CredentialReview(Database), logs.CreateLogger<ExpiryLog>(), clock));
        var doctor = MakeDoctor(name, masterKey, dataKeys, usage, rotation, clock);
        var status = new ServerStatus(name, Version(), Folder.FolderPath, clock.GetUtcNow());
        var routes = new AdminRoutes
        {
            Server = new ServerRoutes(status, Database, Keep(new MasterKeyRewrap(masterKey, Database)), doctor),
            Keys = new KeyRoutes(new KeyAdministration(keyStore, signing, holders, rotation, audit)),
            Resources = new ResourceRoutes(resources, signing, new EncryptionStore(Database, clock), encryptionKeys),
            Secrets = new SecretRoutes(new SharedSecretStore(Database, dataKeys, clock)),
            Clients = new ClientRoutes(new ClientStore(Database, credentials, clock), credentials, grants),
            Credentials = new CredentialRoutes(credentials, usage),
            Grants = new GrantRoutes(grants),
            Trust = trust,
        };
        rotation.Start();
        // Last: whoever can connect finds everything there.
        Keep(await AdminServer.StartAsync(Folder.SocketPath, new AdminApi(routes, logs.CreateLogger<AdminApi>()).HandleAsync, logs, clock, ct));
    }

    private async Task<TrustRoutes> ServeBundleAsync(TrustRegistry registry, ILoggerFactory logs, TimeProvider clock)
    {
        var log = new TrustLog(logs.CreateLogger<TrustLog>());
        var published = Keep(new PublishedBundle(registry));
        await Keep(new BundleRenewal(registry, published, log, clock)).StartAsync();
        Bundle = new BundleEndpoint(published);
        return new TrustRoutes(registry, published, log);
    }

    // What `watchword doctor` looks at: one check for each subject.
    private Doctor MakeDoctor(string name, MasterKeyPlace masterKey, DataKeys dataKeys, UsageCounter usage, KeyRotation rotation, TimeProvider clock)
    {
        var (keys, resources) = (new KeyStore(Database, dataKeys, clock), new ResourceReview(Database));
        return new Doctor(
            new MasterKeyCheck(masterKey, Folder, Database),
            new StoredKeyCheck(keys, resources, new SharedSecrets(dataKeys)),
            new RotationCheck(keys, new ResourceStore(Database, dataKeys, clock), rotation),
            new CredentialCheck(new CredentialReview(Database), usage, clock),
            new GrantCheck(new GrantReview(Database), usage, clock),
            new ResourceCheck(resources, rotation.Policy, clock),
            new PublishedBundleCheck(new TrustRegistry(Database, name, clock), clock),
            new AddressCheck(name));
    }

    private async Task<DataKeys> OpenDataKeysAsync(MasterKeyPlace masterKey, TimeProvider clock, CancellationToken ct)
    {
        using var masters = await masterKey.OpenAsync(ct);
        return await DataKeys.OpenAsync(Database, masters, clock, ct);
    }

    private T Keep<T>(T part)
        where T : notnull
    {
        _parts.Push(part);
        return part;
    }

    private static string Version() =>
        typeof(RunningIssuer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
