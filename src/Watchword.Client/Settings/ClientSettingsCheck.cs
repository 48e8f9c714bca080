// Checks the settings as a whole and lists every fault with its mend.
using Microsoft.Extensions.Options;
using Watchword.Client.Tokens;
using Watchword.Trust;

namespace Watchword.Client.Settings;

internal sealed class ClientSettingsCheck : IValidateOptions<WatchwordClientOptions>
{
    private const int LongestClientId = 256;

    public ValidateOptionsResult Validate(string? name, WatchwordClientOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <exception cref="OptionsValidationException">There are faults.</exception>
    public static void Require(WatchwordClientOptions options)
    {
        var faults = Faults(options).ToList();
        if (faults.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(WatchwordClientOptions), faults);
    }

    private static IEnumerable<string> Faults(WatchwordClientOptions options)
    {
        if (options.Issuer is null)
            yield return "Watchword:Issuer is missing: set it to the issuer's URL, such as https://issuer.example";
        else if (!IssuerUrl.TryParse(options.Issuer, out _, out var fault))
            yield return $"Watchword:Issuer cannot be used: {fault.TrimEnd('.')}";

        if (options.ClientId is null)
            yield return "Watchword:ClientId is missing: set it to the name under which the issuer knows this service";
        else if (options.ClientId.Length is 0 or > LongestClientId || !options.ClientId.All(static c => c is >= ' ' and <= '~'))
            yield return "Watchword:ClientId cannot be used: it must be 1 to 256 printable ASCII characters";

        foreach (var each in KeyFaults(options))
            yield return each;

        if (options.CaFile is not null && CaFault(options.CaFile) is { } unusable)
            yield return unusable;

        if (options.TokenEndpoint is not null && !IsEndpoint(options.TokenEndpoint))
        {
            yield return "Watchword:TokenEndpoint cannot be used: it must be an https URL (http only on loopback) without user name and "
                + "fragment; leave it out to take it from the issuer's metadata";
        }
    }

    private static IEnumerable<string> KeyFaults(WatchwordClientOptions options)
    {
        if (options.ApiKey is null && options.ApiKeyFile is null)
            yield return "Watchword:ApiKey is missing: set it to this client's API key, or set Watchword:ApiKeyFile to a file that holds it";
        else if (options.ApiKey is not null && options.ApiKeyFile is not null)
            yield return "Watchword:ApiKey and Watchword:ApiKeyFile are both set: remove one of them";
        else if (options.SecondApiKey is not null && options.SecondApiKeyFile is not null)
            yield return "Watchword:SecondApiKey and Watchword:SecondApiKeyFile are both set: remove one of them";
        else
        {
            var first = Fault(CredentialChoice.First(options));
            var second = CredentialChoice.Second(options) is { } credential ? Fault(credential) : first;
            // A file may come later or come back; a setting stays wrong until the next start.
            if (first is not null && (second is not null || options.ApiKey is not null))
                yield return first;
            if (second is not null && second != first && (first is not null || options.SecondApiKey is not null))
                yield return second;
        }
    }

    private static string? Fault(ApiKeyCredential credential) => credential.TryReadKey(out _, out var fault) ? null : fault;

    private static string? CaFault(string file)
    {
        try
        {
            PrivateAuthority.CreateHandler(file).Dispose();
            return null;
        }
        catch (ArgumentException e)
        {
            return $"Watchword:CaFile cannot be used: {PrintableText.From(e.Message, 300).TrimEnd('.')}";
        }
    }

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && IssuerUrl.IsSecure(url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0;
}
