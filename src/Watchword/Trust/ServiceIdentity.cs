// A service that issues for itself: its own keys, its tokens, and what it publishes of them. Client and target library meet here.
using System.Buffers;
using System.Text.Json;
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>
/// A service's own identity. It signs access tokens (RFC 9068) whose issuer, subject and client are the service, by keys that are kept
/// in a file and rotate by themselves; targets verify them by the key set that the service publishes. Safe for any number of threads.
/// </summary>
public sealed class ServiceIdentity : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private const int PatientPauses = 10;
    private readonly ServiceIdentityOptions _options;
    private readonly KeyPolicy _policy;
    private readonly TimeProvider _clock;
    private readonly SteadyTime _time;
    private readonly ServiceKeyFile _file;
    private readonly KeyRing _ring = new();
    private readonly Lock _lock = new();
    private IReadOnlyList<ServiceKey> _keys = [];
    private byte[]? _content;
    private ITimer? _timer;
    private string? _fault;
    private long _looking;

    /// <summary>Opens the identity: reads its key file, or makes it.</summary>
    /// <param name="options">Who the service is, and where its keys are.</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="ArgumentException">The settings are at fault; all of it is listed.</exception>
    /// <exception cref="IOException">The key file cannot be read or written, can be read by others, is damaged, or is another service's. The message is a sentence.</exception>
    public ServiceIdentity(ServiceIdentityOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        _options = options;
        _clock = clock;
        _policy = options.ToPolicy();
        _time = new SteadyTime(clock, _policy.Propagation > _policy.Retention ? _policy.Propagation : _policy.Retention);
        _file = new ServiceKeyFile(Path.GetFullPath(options.KeyFile), options.Issuer);
        Look();
    }

    /// <summary>The service's own URL, which is the <c>iss</c>, <c>sub</c> and <c>client_id</c> of its tokens.</summary>
    public string Issuer => _options.Issuer;

    /// <summary>How long its tokens live.</summary>
    public TimeSpan TokenLifetime => _options.TokenLifetime;

    /// <summary>The keys to publish: the one that signs, the one that will, and those that did. Another object whenever they change.</summary>
    public KeySet PublishedKeys => _ring.Published;

    /// <summary>Begins to rotate the keys in the background, and to take up what other replicas do. It does nothing the second time.</summary>
    public void Start()
    {
        lock (_lock)
            _timer ??= _clock.CreateTimer(_ => LookAgain(), null, Pause, Pause);
    }

    /// <summary>Signs an access token. Nothing is asked of anybody, and nothing is written.</summary>
    /// <param name="audience">Whom it is for: the target's own identifier.</param>
    /// <param name="scope">Scope tokens with one space between them, or null.</param>
    /// <exception cref="ArgumentException">The audience is empty, the scope is none, or the token would be longer than 4 KiB.</exception>
    public string Sign(string audience, string? scope = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(audience);
        if (scope is not null && !ScopeText.IsValid(scope))
            throw new ArgumentException("The scope must hold scope tokens with one space between them.", nameof(scope));
        return JwtSigner.SignAccessToken(_ring.Current(_ring.Published.Keys[0].Algorithm), new AccessTokenClaims
        {
            Issuer = Issuer,
            Subject = Issuer,
            ClientId = Issuer,
            Audience = audience,
            Scope = scope,
            IssuedAt = _clock.GetUtcNow(),
            Lifetime = TokenLifetime,
        });
    }

    /// <summary>The service's metadata (RFC 8414), by which targets find its keys.</summary>
    /// <param name="jwksUri">Where the key set is published.</param>
    public byte[] WriteMetadata(Uri jwksUri)
    {
        ArgumentNullException.ThrowIfNull(jwksUri);
        var text = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("issuer", Issuer);
            json.WriteString("jwks_uri", jwksUri.AbsoluteUri);
            // Required by RFC 8414 §2; there is nothing to authorize here.
            json.WriteStartArray("response_types_supported");
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return text.WrittenSpan.ToArray();
    }

    /// <summary>Ends the background work. Keys in use elsewhere stay good.</summary>
    public void Dispose() => _timer?.Dispose();

    // So often that replicas know of each other's keys long before they sign. Tests have short times.
    private TimeSpan Pause => TimeSpan.FromTicks(Math.Clamp(_policy.Propagation.Ticks / 20, TimeSpan.TicksPerSecond / 10, LongestPause.Ticks));

    private void LookAgain()
    {
        // Where a file system does not answer, one look waits for it, and no other.
        if (!_lock.TryEnter())
        {
            if (_clock.GetElapsedTime(Volatile.Read(ref _looking)) > PatientPauses * Pause)
            {
                Report($"the key file '{_options.KeyFile}' does not answer, and this service goes on with the keys it had; mend its file system "
                    + "before they are due to rotate");
            }
            return;
        }
        string? fault = null;
        try
        {
            Look();
        }
        catch (Exception unreadable)
        {
            // What is in force stays in force. Out of a timer nothing may be thrown: it would end the process.
            fault = unreadable.Message;
        }
        finally
        {
            _lock.Exit();
        }
        Report(fault);
    }

    private void Report(string? fault)
    {
        if (Interlocked.Exchange(ref _fault, fault) != fault)
            _options.OnKeyFile.Tell(fault);
    }

    // Replicas need no lock between them. Of two that write at once the later wins, and the key that is lost has not signed: the one
    // that signs and the one that will are in both files, and each replica reads the file long before a new key's time has come.
    private void Look()
    {
        Volatile.Write(ref _looking, _clock.GetTimestamp());
        var there = _file.Read();
        if (there is null && _content is not null)
        {
            throw new IOException($"the key file '{_options.KeyFile}' is gone or out of reach, and this service goes on with the keys it had; put it "
                + "back, or restart one replica, which begins anew with keys that targets have to fetch");
        }
        TakeUp(there);
        var changed = Advance([.. _keys]);
        if (changed.SequenceEqual(_keys))
            return;
        var content = _file.Format(changed);
        if (_content is null)
        {
            if (!_file.TryCreate(content))
                content = _file.Read() ?? throw new IOException($"the key file '{_options.KeyFile}' was removed while it was read; start again");
        }
        // Whoever changed the file meanwhile may have meant it: the next look takes that up, and decides again.
        else if (!_file.TryReplace(_content, content))
            return;
        TakeUp(content);
    }

    private void TakeUp(byte[]? content)
    {
        if (content is null || (_content is not null && content.AsSpan().SequenceEqual(_content)))
            return;
        var keys = _file.Parse(content);
        // The same key keeps the same object, and with it its encoded header.
        keys = [.. keys.Select(read => _keys.FirstOrDefault(known => known.Key.KeyId == read.Key.KeyId && known.Key.Algorithm == read.Key.Algorithm) is { } known ? read with { Key = known.Key } : read)];
        _ring.Swap(In(keys, KeyState.Active), In(keys, KeyState.Standby).Concat(In(keys, KeyState.Retired)).Select(key => key.ToVerificationKey()));
        (_keys, _content) = (keys, content);
    }

    private static IEnumerable<SigningKey> In(IReadOnlyList<ServiceKey> keys, KeyState state) => keys.Where(key => key.Scheduled.State == state).Select(key => key.Key);

    // All steps that are due. The file holds keys of one algorithm; the setting counts when it is made.
    private List<ServiceKey> Advance(List<ServiceKey> keys)
    {
        while (true)
        {
            var now = _time.Now();
            var plan = KeySchedule.Next(keys.Select(key => key.Scheduled), default, now, _policy);
            if (plan.Step == KeyStep.None)
                return keys;
            if (plan.Step == KeyStep.Drop)
                keys.RemoveAll(key => key.Key.KeyId == plan.KeyId);
            else if (plan.Step == KeyStep.Activate)
                keys = [.. keys.Select(key => Activated(key, plan.KeyId!, now))];
            else
                keys.Add(Standby(keys.Count > 0 ? keys[0].Key.Algorithm : _options.Algorithm, now));
        }
    }

    private static ServiceKey Activated(ServiceKey key, string standby, DateTimeOffset now) =>
        key.Key.KeyId == standby ? key with { Scheduled = key.Scheduled with { State = KeyState.Active, Activated = now } }
        : key.Scheduled.State == KeyState.Active ? key with { Scheduled = key.Scheduled with { State = KeyState.Retired, Retired = now } }
        : key;

    private static ServiceKey Standby(SignatureAlgorithm algorithm, DateTimeOffset now)
    {
        var key = SigningKey.Generate(algorithm);
        return new ServiceKey(key, new ScheduledKey(key.KeyId, KeyState.Standby, now));
    }
}
