// `watchword token`: tokens by hand: ask for one, check one, look into one, and learn why one is refused.
using System.CommandLine;

namespace Watchword.Cli;

/// <summary>Requests, verifies, inspects and explains tokens.</summary>
internal static class TokenCommands
{
    public static Command Build(Terminal terminal) =>
        new CliCommand(
            "token",
            "Ask for a token, check one as a service would, look into one, or learn why a service refuses it.",
            "watchword token request --client orders --api-key-file orders.key --resource https://billing | watchword token verify --audience https://billing")
        {
            TokenRequestCommand.Build(terminal),
            TokenVerifyCommand.Build(terminal),
            TokenInspectCommand.Build(terminal),
            TokenExplainCommand.Build(terminal),
        };
}
