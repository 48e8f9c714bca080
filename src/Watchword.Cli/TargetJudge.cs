// A target's own gate, put together from its settings, and its verdict on one token with the reasons.
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Watchword.AspNetCore;
using Watchword.AspNetCore.Explanations;

namespace Watchword.Cli;

/// <summary>What a target would do with a token.</summary>
/// <param name="Situation">What the reasons go by.</param>
/// <param name="ExitCode">What the command ends with.</param>
/// <param name="Caller">Who is calling, where the token would be accepted.</param>
/// <param name="Refusal">Why it would be refused, or why that cannot be told.</param>
/// <param name="Beside">What else is wrong with it.</param>
internal sealed record Judgement(Situation Situation, int ExitCode, VerifiedPrincipal? Caller, Explanation? Refusal, IReadOnlyList<Rejection> Beside);

/// <summary>One scheme of a target. Its verdicts are those of the one gate; only what would need a secret is left open.</summary>
internal sealed class TargetJudge : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private readonly TargetScheme _target;
    private readonly Meter _meter = new("Watchword.Cli");
    private readonly SchemeGate _gate;
    private readonly TimeProvider _clock;

    /// <summary>Opens the gate. What it needs is fetched from now on.</summary>
    /// <exception cref="CommandFault">The trust bundle is not one to follow.</exception>
    public TargetJudge(TargetScheme target, TimeProvider clock)
    {
        _target = target;
        _clock = clock;
        target.Options.TimeProvider = clock;
        try
        {
            _gate = new SchemeGate(target.Name, target.Options, NullLogger.Instance, new TargetMetrics(_meter, () => [], () => []));
        }
        catch (OptionsValidationException fault)
        {
            throw CommandFault.Misuse($"The target would not start with these settings: {string.Join(' ', fault.Failures)}");
        }
    }

    public async Task<Judgement> JudgeAsync(string token, CancellationToken cancellationToken)
    {
        await BundleAsync(cancellationToken);
        if (WithoutSecrets(_gate.Examine(token)) is { } settled)
            return settled;
        var verdict = await _gate.VerifyAsync(token);
        var situation = _gate.Examine(token);
        if (verdict.IsAccepted)
            return new Judgement(situation, ExitCode.Done, _gate.Remember(token, verdict.Token), null, []);
        return Refused(situation, verdict.Rejection, Unreachable(situation, verdict.Rejection) ? ExitCode.Unreachable : ExitCode.Refused);
    }

    /// <summary>Asks what an endpoint requires of a token that was accepted.</summary>
    /// <exception cref="CommandFault">A requirement is none.</exception>
    public async Task<Judgement> RequireAsync(Judgement accepted, string[] scopes, string? client, string? issuer)
    {
        try
        {
            IAuthorizationRequirement[] required = [.. scopes.Select(scope => new ScopeRequirement(scope)), .. client is null ? [] : new[] { new ClientRequirement(client, issuer) }];
            var request = new DefaultHttpContext();
            var authorization = new AuthorizationHandlerContext(required, accepted.Caller!, request);
            foreach (var requirement in required.Cast<IAuthorizationHandler>())
                await requirement.HandleAsync(authorization);
            return !authorization.HasFailed ? accepted : accepted with
            {
                ExitCode = ExitCode.Refused,
                Caller = null,
                Refusal = _gate.Explain(AccessRefusal.Of(request), accepted.Caller!.Token),
            };
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _meter.Dispose();
    }

    // A bundle at a URL is fetched in the background; a target that has just started would refuse until it is there.
    private async Task BundleAsync(CancellationToken cancellationToken)
    {
        var begun = _clock.GetTimestamp();
        while (_gate.Bundle is { Serial: null, Fault: null } && _clock.GetElapsedTime(begun) < LongestWait)
            await Task.Delay(Look, _clock, cancellationToken);
    }

    private static Judgement Refused(Situation situation, Rejection rejection, int exitCode) => new(
        situation, exitCode, null, Explainer.OfToken(situation, rejection),
        [.. situation.Examination.ClaimFaults.Where(fault => fault.Code != rejection.Code || fault.Claim != rejection.Claim)]);

    // Whoever could be trusted is not known, or whose keys.
    private bool Unreachable(Situation situation, Rejection rejection) =>
        (rejection.Code == RejectionCode.UnknownKey && situation.Examination is { Keys.Keys.Count: 0 })
        || (rejection.Code == RejectionCode.UnknownIssuer && _gate.Bundle is { Serial: null, Fault: not null });

    // What a secret of the target's decides. What can be said without it is said.
    private Judgement? WithoutSecrets(Situation situation)
    {
        if (situation.Examination.IsEncrypted && _target.Decrypts)
        {
            return new Judgement(situation, ExitCode.Misuse, null, new Explanation(
                "encrypted", null, "The token is encrypted to the target, and only the target can open it.", null, null,
                ["See the target's own log, or its answer in the Development environment."]), []);
        }
        if (!situation.Examination.IsEncrypted && _target.RequiresEncryption && situation.Examination.Token is not null)
            return Refused(situation, new Rejection(RejectionCode.DecryptionFailed, "The token is not encrypted, and this service takes only tokens that are."), ExitCode.Refused);
        if (!_target.HasSharedSecret || situation.Claim("iss") != _target.Options.Issuer)
            return null;
        if (situation.Header("alg") is var algorithm && algorithm != "HS256")
        {
            return new Judgement(situation, ExitCode.Refused, null, new Explanation(
                RejectionCode.UnknownKey, "kid", $"The target shares a secret with {_target.Options.Issuer} and takes its tokens by that alone.", "HS256", algorithm,
                [$"If tokens are to be verified by published keys: remove {situation.Setting("SharedSecret")} and SharedSecretFile.", "If not: let the issuer sign tokens for this resource with HS256."]), situation.Examination.ClaimFaults);
        }
        return situation.Examination.ClaimFaults is [var first, ..]
            ? Refused(situation, first, ExitCode.Refused)
            : new Judgement(situation, ExitCode.Misuse, null, new Explanation(
                "unverified", null, "The target verifies this token by a secret that it shares with its issuer, and which is not read here: nothing is wrong with the claims, and the signature was not checked.",
                null, null, ["To check it where the secret may be read: watchword token verify --shared-secret-file FILE."]), []);
    }
}
