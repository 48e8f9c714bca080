// The public API of each package is a text file in this folder that somebody reviewed. To approve a change, run the
// tests once with WATCHWORD_APPROVE_API=1, read what changed in the files, and commit them.
using System.Reflection;
using PublicApiGenerator;
using Watchword.Tests.House;

namespace Watchword.Tests.Api;

public sealed class ApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] };

    [Theory]
    [InlineData("Watchword")]
    [InlineData("Watchword.Ed25519")]
    [InlineData("Watchword.Client")]
    [InlineData("Watchword.AspNetCore")]
    [InlineData("Watchword.Issuer")]
    public void Public_api_is_as_approved(string package)
    {
        var approvedFile = Repository.PathOf($"tests/Watchword.Tests/Api/{package}.txt");
        var received = Assembly.Load(package).GeneratePublicApi(Options).ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("WATCHWORD_APPROVE_API") == "1")
        {
            File.WriteAllText(approvedFile, received);
        }

        var approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile) : "";
        if (Difference(approved, received) is { } difference)
        {
            var receivedFile = Path.Combine(AppContext.BaseDirectory, package + ".received.txt");
            File.WriteAllText(receivedFile, received);
            Assert.Fail($"""
                The public API of {package} is not the approved one in {Repository.Relative(approvedFile)}. First difference: {difference}
                What it is now: {Repository.Relative(receivedFile)}
                To approve it, run the tests with WATCHWORD_APPROVE_API=1, read the change, and commit it.
                """);
        }
    }

    [Fact]
    public void A_changed_line_is_found()
    {
        Assert.Null(Difference("a\nb\n", "a\nb\n"));
        Assert.Equal("line 2 was 'b' and is 'c'", Difference("a\nb\n", "a\nc\n"));
        Assert.Equal("line 2 was '' and is 'b'", Difference("a\n", "a\nb\n"));
    }

    private static string? Difference(string approved, string received)
    {
        var (was, now) = (approved.ReplaceLineEndings("\n").Split('\n'), received.Split('\n'));
        for (var i = 0; i < Math.Max(was.Length, now.Length); i++)
        {
            var (before, after) = (was.ElementAtOrDefault(i) ?? "", now.ElementAtOrDefault(i) ?? "");
            if (before != after)
            {
                return $"line {i + 1} was '{before}' and is '{after}'";
            }
        }

        return null;
    }
}
