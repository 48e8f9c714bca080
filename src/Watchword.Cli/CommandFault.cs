// How a command gives up: one sentence for standard error and the exit code that goes with it.
namespace Watchword.Cli;

/// <summary>Ends a command. The message says what is wrong and what to do about it.</summary>
internal sealed class CommandFault : Exception
{
    private CommandFault(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>The code the process ends with; one of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; }

    /// <summary>The answer is no.</summary>
    public static CommandFault Refused(string message) => new(Cli.ExitCode.Refused, message);

    /// <summary>The command, or what surrounds it, must be put right first.</summary>
    public static CommandFault Misuse(string message) => new(Cli.ExitCode.Misuse, message);

    /// <summary>A setting that the product itself refused, in its own words but without the name of a parameter.</summary>
    public static CommandFault Misuse(ArgumentException refusal) => Misuse(refusal.Message.Split(" (Parameter '", 2)[0]);

    /// <summary>The issuer did not answer.</summary>
    public static CommandFault Unreachable(string message) => new(Cli.ExitCode.Unreachable, message);
}
