// The executable's entry: the arguments go to the one command tree, its exit code goes back to the shell.
using Watchword.Cli;

return await WatchwordCommand.RunAsync(args, Terminal.OfProcess());
