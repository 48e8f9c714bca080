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
    /// Another API key of the same client, for the time while one replaces the other; either this or <see cref="SecondApiKeyFile"/>,
    /// never both. Whenever the issuer answers <c>invalid_client</c> to one key, the other is tried at once, and the one that gets a
    /// token is used from then on.
    /// </summary>
    public string? SecondApiKey { get; set; }

    /// <summary>
    /// A file that holds the other API key, as <see cref="ApiKeyFile"/>. At the start one of two files may be missing or unreadable;
    /// it is read when the other key is refused or cannot be read.
    /// </summary>
    public string? SecondApiKeyFile { get; set; }

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
