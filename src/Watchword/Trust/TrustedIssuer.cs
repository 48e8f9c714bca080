// An issuer a target believes, with the keys it may use and the rules its tokens must keep.
using Watchword.Jwt;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>One issuer, its keys and its rules. Keys are never shared between issuers.</summary>
public sealed class TrustedIssuer
{
    private volatile KeySet _given;
    private volatile Bound? _bound;

    /// <summary>Trusts an issuer by keys that are at hand, such as a shared secret.</summary>
    public TrustedIssuer(JwtRules rules, KeySet keys)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(keys);
        Rules = rules;
        _given = keys;
    }

    /// <summary>Trusts an issuer by the keys it publishes.</summary>
    /// <exception cref="ArgumentException">The keys are those of another issuer than the rules are for.</exception>
    public TrustedIssuer(JwtRules rules, RemoteKeySet keys)
        : this(rules, KeySet.Empty)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Issuer != rules.Issuer)
            throw new ArgumentException($"The keys are those of {keys.Issuer}, the rules are for {rules.Issuer}.", nameof(keys));
        Remote = keys;
    }

    /// <summary>What its tokens must keep.</summary>
    public JwtRules Rules { get; }

    internal RemoteKeySet? Remote { get; }

    /// <summary>Takes other keys from now on, such as a new shared secret beside the old one. Tokens by keys that are not among them are refused.</summary>
    /// <exception cref="InvalidOperationException">The issuer's keys are fetched.</exception>
    public void Replace(KeySet keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (Remote is not null)
            throw new InvalidOperationException($"The keys of {Rules.Issuer} are fetched from it, and cannot be given.");
        _given = keys;
    }

    /// <summary>The verifier for the keys as they are now, with those keys.</summary>
    internal (JwtVerifier Verifier, KeySet Keys) Current(TimeProvider clock)
    {
        var keys = Remote?.Current ?? _given;
        var bound = _bound;
        if (bound is null || !ReferenceEquals(bound.Keys, keys))
            _bound = bound = new Bound(keys, new JwtVerifier(Rules, keys, clock));
        return (bound.Verifier, keys);
    }

    private sealed record Bound(KeySet Keys, JwtVerifier Verifier);
}
