// A line for each fault, for the table that ./faults.sh prints.
namespace Watchword.Tests.Faults;

internal static class FaultReport
{
    private static readonly string? File = Environment.GetEnvironmentVariable("WATCHWORD_FAULTS_REPORT");

    public static void Write(string fault, TimeSpan time, IEnumerable<FaultCounts> counts, int kids)
    {
        if (string.IsNullOrEmpty(File))
            return;
        foreach (var by in counts.GroupBy(static each => each.Target == FaultStage.Peer ? "JwtBearer" : "Watchword").OrderByDescending(static group => group.Key))
        {
            System.IO.File.AppendAllText(File, string.Join('\t', fault, by.Key, $"{time.TotalMinutes:F1}", kids, by.Sum(static each => each.Sent),
                by.Sum(static each => each.WronglyRefused), by.Sum(static each => each.SentToBeRefused), by.Sum(static each => each.WronglyAccepted)) + "\n");
        }
    }
}
