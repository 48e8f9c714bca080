// `watchword token`: tokens by hand: ask for one, check one, look into one.
using System.CommandLine;
using Watchword.Trust;

namespace Watchword.Cli;

/// <summary>Requests, verifies and inspects tokens.</summary>
internal static class TokenCommands
{
    /// <summary>What is read from standard input for a token: more than any token the product accepts, so that a long one is refused as such.</summary>
    public const int LongestToken = 64 * 1024;

    public static Command Build(Terminal terminal) =>
        new CliCommand(
            "token",
            "Ask for a token, check one as a service would, or look into one.",
            "watchword token request --client orders --api-key-file orders.key --resource https://billing | watchword token verify --audience https://billing")
        {
            TokenRequestCommand.Build(terminal),
            TokenVerifyCommand.Build(terminal),
            TokenInspectCommand.Build(terminal),
        };

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
