// The options that the commands of `watchword token` share, and how their values are read.
using System.CommandLine;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>What asking for, checking and showing a token have in common.</summary>
internal static class TokenOptions
{
    /// <summary>What is read from standard input for a token: more than any token the product accepts, so that a long one is refused as such.</summary>
    public const int LongestToken = 64 * 1024;

    /// <summary>`--issuer URL`.</summary>
    public static Option<string> Issuer() => new("--issuer")
    {
        Description = "The issuer's URL.",
        HelpName = "URL",
        DefaultValueFactory = _ => ServeListening.StandardUrl,
    };

    /// <summary>`--ca-file FILE`.</summary>
    public static Option<string?> CaFile() =>
        CommonOptions.Text("--ca-file", "FILE", "The certificate of the private authority that the issuer's own was made by, in PEM form.");

    /// <summary>Checks the issuer's URL.</summary>
    public static Uri ParseIssuer(string text) =>
        IssuerUrl.TryParse(text, out var url, out var fault) ? url : throw CommandFault.Misuse($"--issuer: {fault}");
}
