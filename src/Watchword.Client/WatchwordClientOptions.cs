// What a calling service must say about itself: its issuer, its name and its credential.
namespace Watchword.Client;

/// <summary>
/// The settings of the client library. They are read from the configuration section <c>Watchword</c> (in the environment
/// <c>Watchword__Issuer</c> and so on) and may be completed in code with <c>AddWatchwordClient</c>. They are checked as a whole
/// when the host starts; every fault is listed at once.
/// </summary>
public sealed class WatchwordClientOptions
{
    /// <summary>
    /// The issuer's URL, exactly as it names itself, such as <c>https://issuer.example</c>. Required. HTTPS, or HTTP on loopback.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>The name under which the issuer knows this service. Required.</summary>
    public string? ClientId { get; set; }

    /// <summary>The API key. Either this or <see cref="ApiKeyFile"/> is required, never both.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// A file that holds the API key and nothing else; one newline at its end is ignored. It is read again for every token
    /// request, so a replaced file takes effect with the next token and without a restart.
    /// </summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>
    /// A PEM file with the certificates of a private authority that signs the issuer's certificate. By default the system's
    /// authorities are trusted.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>
    /// The URL to which token requests are sent. By default it is taken from the issuer's metadata (RFC 8414), which is fetched
    /// with the first token. HTTPS, or HTTP on loopback.
    /// </summary>
    public string? TokenEndpoint { get; set; }
}
