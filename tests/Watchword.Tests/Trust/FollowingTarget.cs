// A target that follows a trust bundle, put together as a real one, by a clock that the test moves.
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Watchword.Jwt;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

internal sealed class FollowingTarget : IDisposable
{
    public const string Audience = "https://billing.internal";
    private readonly DocumentFetcher _fetcher;
    private readonly FakeTimeProvider _clock;
    private readonly TimeSpan _step;
    private int _looks;

    public FollowingTarget(
        string place, FakeTimeProvider clock, KeySet? pins = null, string? folder = null, TrustEntry[]? always = null, Action? onLook = null,
        int keepExpiredDays = 7, Action? onKeys = null)
    {
        _clock = clock;
        // What is fetched is looked at less often than a file.
        _step = place.StartsWith("http", StringComparison.Ordinal) ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(5);
        // By the true time, so that no fetch runs out of it while the test moves its clock.
        _fetcher = new DocumentFetcher(new FetcherOptions { MaxBytes = 2 * 1024 * 1024, Timeout = TimeSpan.FromMinutes(1) }, TimeProvider.System);
        var terms = new TrustTerms(Audience, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), entry =>
        {
            onKeys?.Invoke();
            return new RemoteKeySetOptions { JwksUri = entry.JwksUri is { } uri ? new Uri(uri) : null };
        });
        var own = (always ?? []).Select(entry => new TrustedIssuer(entry.ToRules(Audience, terms.Leeway, terms.MaxLifetime), entry.Keys!)).ToArray();
        Issuers = new TrustedIssuers(own);
        Gate = new TokenGate(Issuers, clock);
        Bundle = new FollowedBundle(
            new FollowedBundleOptions
            {
                Place = place,
                Pins = pins,
                Folder = folder,
                KeepExpiredFor = TimeSpan.FromDays(keepExpiredDays),
                OnLook = _ =>
                {
                    Interlocked.Increment(ref _looks);
                    onLook?.Invoke();
                },
            },
            Issuers, own, new EntryIssuers(terms, _fetcher, clock), _fetcher, clock);
        Bundle.Start();
    }

    public TrustedIssuers Issuers { get; }

    public TokenGate Gate { get; }

    public FollowedBundle Bundle { get; }

    public BundleState State => Bundle.State;

    /// <summary>An entry for a service that issues for itself, its key written into the bundle.</summary>
    public static TrustEntry Entry(SigningKey key, string issuer) => new() { Issuer = issuer, Keys = new KeySet([key.ToVerificationKey()]) };

    /// <summary>Lets time pass until the bundle has been looked at, from the beginning of a look to its end.</summary>
    public async Task LookAsync()
    {
        var looks = Volatile.Read(ref _looks);
        await FetchingTarget.UntilAsync(() => Volatile.Read(ref _looks) > looks + 1, () => _clock.Advance(_step));
    }

    public string Token(SigningKey key, string issuer) => JwtSigner.SignAccessToken(key, new AccessTokenClaims
    {
        Issuer = issuer,
        Subject = issuer,
        ClientId = issuer,
        Audience = Audience,
        IssuedAt = _clock.GetUtcNow(),
        Lifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>The code of the refusal of an issuer's token; null if it is accepted.</summary>
    public async Task<string?> AskAsync(SigningKey key, string issuer) =>
        (await Gate.VerifyAsync(Token(key, issuer)).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).Rejection?.Code;

    public static byte[] Signed(TrustBundle bundle, SigningKey key) => Encoding.ASCII.GetBytes(SignedTrustBundle.Sign(bundle, key));

    public void Dispose()
    {
        Bundle.Dispose();
        _fetcher.Dispose();
    }
}
