// What the shell learns from every command.
namespace Watchword.Cli;

/// <summary>The exit codes of the `watchword` executable.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked.</summary>
    public const int Done = 0;

    /// <summary>The answer is no: a token or a request was refused.</summary>
    public const int Refused = 1;

    /// <summary>The command cannot be carried out as it was given, or in the surroundings it was given in.</summary>
    public const int Misuse = 2;

    /// <summary>The issuer could not be reached.</summary>
    public const int Unreachable = 3;
}
