// What the libraries themselves would refuse to start with.

namespace Watchword.Cli.Findings;

internal static class SettingsCheck
{
    public static IEnumerable<Finding> Find(Deployment deployment) =>
        deployment.Targets.SelectMany(target => target.Faults.Select(fault => (target.File, fault))).Concat(deployment.IdentityFaults).Select(each => Of(each.Item1, each.Item2));

    // The sentences say what is wrong and, after a colon or a semicolon, what to do.
    private static Finding Of(string file, string fault)
    {
        var text = fault.TrimEnd('.');
        var end = text.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? colon : text.LastIndexOf("; ", StringComparison.Ordinal);
        return end < 0
            ? new Finding(Severity.Error, $"settings {file}", text, "correct it: the service does not start with it")
            : new Finding(Severity.Error, $"settings {file}", text[..end], text[(end + 2)..]);
    }
}
