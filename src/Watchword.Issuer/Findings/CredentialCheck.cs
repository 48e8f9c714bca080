// Credentials that end soon, that have ended, that nobody needs any more, and that have been in use for too long.
using Watchword.Issuer.Clients;
using Watchword.Issuer.Storage;
using Watchword.Issuer.Usage;

namespace Watchword.Issuer.Findings;

internal sealed class CredentialCheck(CredentialReview review, UsageCounter usage, TimeProvider clock) : ICheck
{
    public string Subject => "credentials";

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken ct)
    {
        await usage.FlushAsync(ct).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        return
        [
            .. Finding.OfEach(
                await review.ExpiringAsync(now, now + CredentialReview.Ahead, ct).ConfigureAwait(false), credential => Expiring(credential, now), Subject, "expire soon"),
            .. Finding.OfEach(
                await review.ExpiredAsync(DateTimeOffset.UnixEpoch, now, ct).ConfigureAwait(false), credential => Expired(credential, now), Subject, "have expired"),
            .. Finding.OfEach(
                await review.IdleAsync(now - CredentialReview.Idle, now, ct).ConfigureAwait(false), credential => Idle(credential, now), Subject,
                "are not used, while their clients use others"),
            .. Finding.OfEach(
                await review.UnreplacedAsync(now - CredentialReview.Old, now - CredentialReview.Idle, now + CredentialReview.Ahead, now, ct).ConfigureAwait(false),
                credential => Unreplaced(credential, now), Subject, "are in use and were never replaced"),
        ];
    }

    private static Finding Expiring(Credential credential, DateTimeOffset now) => new(
        Severity.Warning, Name(credential),
        $"it expires in {TimeText.Span(credential.Expires!.Value - now)}, at {TimeText.Utc(credential.Expires.Value)}",
        $"add another with: watchword credential add {credential.ClientId}; hand it out, and revoke this one");

    private static Finding Expired(Credential credential, DateTimeOffset now)
    {
        var ago = $"it expired {TimeText.Span(now - credential.Expires!.Value)} ago, at {TimeText.Utc(credential.Expires.Value)}";
        return CredentialReview.WasInUse(credential)
            ? new Finding(
                Severity.Error, Name(credential), $"{ago}, and was in use until then",
                $"see that the client has another, or add one with: watchword credential add {credential.ClientId}; then revoke this one")
            : new Finding(Severity.Warning, Name(credential), ago, $"revoke it with: watchword credential revoke {credential.CredentialId}");
    }

    private static Finding Idle(Credential credential, DateTimeOffset now) => new(
        Severity.Warning, Name(credential),
        credential.LastUsed is { } used
            ? $"it was last used {TimeText.Span(now - used)} ago, while the client uses another"
            : $"it was never used since it was made {TimeText.Span(now - credential.Created)} ago, while the client uses another",
        $"revoke it with: watchword credential revoke {credential.CredentialId} --if-unused-for {CredentialReview.Idle.Days}d");

    private static Finding Unreplaced(Credential credential, DateTimeOffset now) => new(
        Severity.Warning, Name(credential),
        $"it is in use and was never replaced since it was made {TimeText.Span(now - credential.Created)} ago",
        $"add another with: watchword credential add {credential.ClientId}; hand it out, and revoke this one with: "
        + $"watchword credential revoke {credential.CredentialId} --if-unused-for 7d");

    private static string Name(Credential credential) => $"credential {credential.CredentialId} ('{credential.Name}') of {credential.ClientId}";
}
