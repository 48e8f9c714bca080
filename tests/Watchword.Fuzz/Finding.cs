// What a target throws when the engine broke a promise; afl-fuzz keeps the input.
namespace Watchword.Fuzz;

public sealed class Finding(string message) : Exception(message)
{
    public static void Unless(bool promised, string message)
    {
        if (!promised)
            throw new Finding(message);
    }
}
