// `watchword key`: the issuer's keys, and key pairs that are made here and now without asking an issuer.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>The commands about keys.</summary>
internal static class KeyCommands
{
    public static Command Build(Terminal terminal) => new CliCommand(
        "key",
        "The issuer's signing keys (list, rotate, revoke) and master key (rewrap), and key pairs for encrypted tokens and trust bundles (generate).",
        "watchword key list",
        "watchword key rotate --plan",
        "watchword key generate --out billing-private.jwk > billing-public.jwk")
    {
        IssuerKeyCommands.List(terminal),
        IssuerKeyCommands.Rotate(terminal),
        IssuerKeyCommands.Revoke(terminal),
        KeyRewrapCommand.Build(terminal),
        KeyGenerateCommand.Build(terminal),
    };
}
