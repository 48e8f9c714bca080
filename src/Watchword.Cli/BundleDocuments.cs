// Trust bundles as the commands take them: from a file or a URL, with the keys that must have signed them.
using System.Text;
using Watchword.AspNetCore;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Reads bundles and the keys about them.</summary>
internal static class BundleDocuments
{
    private const int LongestKey = 16 * 1024;
    private const int LongestBundle = 2 * 1024 * 1024;

    /// <summary>Opens the bundle that a file or an https URL holds.</summary>
    /// <exception cref="CommandFault">It cannot be had (3 for a URL), or it is not one to believe (1).</exception>
    public static async Task<SignedTrustBundle> OpenAsync(string place, KeySet? pins, string? caFile, Terminal terminal, CancellationToken cancellationToken)
    {
        Uri? url = null;
        var isUrl = place.Contains("://", StringComparison.Ordinal);
        if (isUrl && !(Uri.TryCreate(place, UriKind.Absolute, out url) && IssuerUrl.IsSecure(url)))
            throw CommandFault.Misuse($"{place} is neither a file nor an https URL; plain http is for this machine alone.");
        var document = isUrl
            ? await terminal.WaitAsync(FetchAsync(url!, caFile, terminal.Clock, cancellationToken), $"Waiting for {url}...")
            : Encoding.UTF8.GetBytes(SmallInput.OfFile(place, "The bundle", LongestBundle));
        try
        {
            return SignedTrustBundle.Open(document, pins);
        }
        catch (InvalidBundleException fault)
        {
            throw CommandFault.Refused(fault.Message);
        }
    }

    /// <summary>Says where a signature is about to be relied on, or replaced, that nobody checked.</summary>
    public static void WarnOfUnchecked(SignedTrustBundle document, Terminal terminal, string mend)
    {
        if (document.IsSigned && document.VerifiedBy is null)
            terminal.Error.WriteLine($"The bundle is signed, and its signature was not checked; {mend}.");
    }

    /// <summary>The public keys in JWK files, as a target pins them; null where no file is named.</summary>
    /// <exception cref="CommandFault">A target would not start with them (2).</exception>
    public static KeySet? Pins(IReadOnlyList<string>? files)
    {
        if (files is not { Count: > 0 })
            return null;
        return BundleSettings.TryReadPins(files, out var pins, out var fault) ? pins : throw CommandFault.Misuse($"--key {fault}.");
    }

    /// <summary>The private key in a JWK file that nobody else can read.</summary>
    public static SigningKey Signer(string file)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(file) && (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw CommandFault.Misuse($"--key {Path.GetFullPath(file)} can be read by others; run: chmod 600 '{Path.GetFullPath(file)}'");
        return Key(file, jwk => SigningKey.FromJwk(jwk, Rs256IfRsa(jwk)));
    }

    private static SignatureAlgorithm? Rs256IfRsa(Jwk jwk) => jwk is { KeyType: "RSA", Algorithm: null } ? SignatureAlgorithm.RS256 : null;

    private static T Key<T>(string file, Func<Jwk, T> load)
    {
        try
        {
            return load(Jwk.Parse(Encoding.UTF8.GetBytes(SmallInput.OfFile(file, "--key", LongestKey))));
        }
        catch (InvalidKeyException fault)
        {
            throw CommandFault.Misuse($"--key {Path.GetFullPath(file)}: {fault.Message}");
        }
    }

    private static async Task<byte[]> FetchAsync(Uri url, string? caFile, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            using var fetcher = new DocumentFetcher(new FetcherOptions { CaFile = caFile, MaxBytes = LongestBundle }, clock);
            return await fetcher.FetchAsync(url, cancellationToken);
        }
        catch (FetchException fault)
        {
            throw CommandFault.Unreachable(fault.Message);
        }
        catch (ArgumentException fault)
        {
            throw CommandFault.Misuse(fault);
        }
    }
}
