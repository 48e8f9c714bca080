// One way of doing the work that a table compares.
namespace Watchword.Bench;

/// <param name="Name">What the column or row is called.</param>
/// <param name="Run">Does the work once and answers something that depends on it, so that it is not optimised away.</param>
/// <param name="Elsewhere">For work that another process does and times itself: the nanoseconds for so many times. Then there is nothing to run here.</param>
internal sealed record Contender(string Name, Func<int>? Run, Func<int, double>? Elsewhere = null);
