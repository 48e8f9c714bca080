// `watchword key`: the keys of services, and those that trust bundles are signed with.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>The commands about keys.</summary>
internal static class KeyCommands
{
    public static Command Build(Terminal terminal) => new CliCommand(
        "key",
        "Key pairs: of services whose tokens are to be encrypted, and for signing trust bundles.",
        "watchword key generate --out billing-private.jwk > billing-public.jwk")
    {
        KeyGenerateCommand.Build(terminal),
    };
}
