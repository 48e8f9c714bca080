// The settings of a service that issues for itself.
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>Who a service is, and where its keys are.</summary>
public sealed class ServiceIdentityOptions
{
    /// <summary>The service's own URL, which is its name: <c>iss</c>, <c>sub</c> and <c>client_id</c> of its tokens. Its keys are published below it.</summary>
    public required string Issuer { get; init; }

    /// <summary>The file that the keys are kept in, of mode 0600; it is made when it is not there. Replicas of one service share one file.</summary>
    public required string KeyFile { get; init; }

    /// <summary>What tokens are signed by; ES256 by default. Asymmetric. A change takes effect with the next new key file.</summary>
    public SignatureAlgorithm Algorithm { get; init; } = SignatureAlgorithm.ES256;

    /// <summary>How long tokens live: 60 s by default, from 10 s to 1 h.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a key signs before the next one does; 30 days by default.</summary>
    public TimeSpan KeyRotationInterval { get; init; } = new KeyPolicy().RotationInterval;

    /// <summary>How long a key is published before it signs: 24 h by default, at least 16 min, and not more than <see cref="KeyRotationInterval"/>.</summary>
    public TimeSpan KeyPropagationTime { get; init; } = new KeyPolicy().Propagation;

    /// <summary>Told in a sentence when the key file cannot be read or written in the background, and null when it can again. It must not block.</summary>
    public Action<string?>? OnKeyFile { get; init; }

    /// <summary>Times shorter than the settings allow, for tests.</summary>
    internal KeyPolicy? Policy { get; init; }

    /// <summary>What is wrong with the settings, a sentence each; none if they can be used.</summary>
    public IReadOnlyList<string> Faults() => [.. Check()];

    /// <summary>What is wrong with the key file as it is now, in a clause: null if it can be used, or is not there and will be made.</summary>
    public string? KeyFileFault()
    {
        try
        {
            var file = new ServiceKeyFile(Path.GetFullPath(KeyFile), Issuer);
            if (file.Read() is { } content)
                file.Parse(content);
            return null;
        }
        catch (IOException fault)
        {
            return fault.Message;
        }
    }

    internal KeyPolicy ToPolicy() => Policy ?? new KeyPolicy { RotationInterval = KeyRotationInterval, Propagation = KeyPropagationTime };

    private IEnumerable<string> Check()
    {
        if (!IssuerUrl.TryParse(Issuer, out _, out var fault))
            yield return fault;
        if (string.IsNullOrWhiteSpace(KeyFile))
            yield return "The key file is not named; name a file that only this service can read.";
        if (Algorithm.IsSymmetric)
            yield return "A service issues by a key pair: whoever could verify a symmetric signature could make one. Choose ES256.";
        else if (Algorithm.MissingPackage is { } package)
            yield return $"{Algorithm} needs the package {package}: add it to the application, or choose ES256.";
        if (TokenLifetime < TimeSpan.FromSeconds(10) || TokenLifetime > TimeSpan.FromHours(1))
            yield return "Tokens of a service itself live from 10 seconds to 1 hour.";
        if (KeyRotationInterval < TimeSpan.FromHours(1) || KeyRotationInterval > TimeSpan.FromDays(366))
            yield return "Keys rotate after 1 hour to 366 days.";
        else if (KeyPropagationTime < TimeSpan.FromMinutes(16) || KeyPropagationTime > KeyRotationInterval)
            yield return "A key is published for at least 16 minutes before it signs, and not longer than keys take to rotate.";
    }
}
