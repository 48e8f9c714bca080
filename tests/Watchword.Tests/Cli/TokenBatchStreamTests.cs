// `watchword token verify --batch` as a process at the end of a pipe: it waits for nobody who waits for it, and holds little.
using System.Diagnostics;
using System.Globalization;
using Watchword.Tests.Attacks;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Cli;

public sealed class TokenBatchStreamTests
{
    private const int ManyLines = 200_000;
    private const int MostMegabytes = 160;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string Line = $$"""
        {"id":7,"token":"{{TokenForge.HS256()}}","jwks":{"keys":[{"kty":"oct","alg":"HS256","kid":"oct","k":"{{TokenForge.Base64Url(TokenForge.Secret)}}"}]},
        "options":{"issuer":"{{TokenForge.Issuer}}","audience":"{{TokenForge.Audience}}","now":{{TokenForge.Seconds()}} } }
        """.ReplaceLineEndings("");

    [Fact]
    public async Task Whoever_waits_for_each_answer_gets_it()
    {
        using var process = WatchwordTool.StartOpen(["token", "verify", "--batch"]);
        for (var i = 0; i < 3; i++)
        {
            await process.StandardInput.WriteAsync(Line + "\n");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith("{\"id\":7,\"ok\":true,", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience), StringComparison.Ordinal);
        }
        await EndAsync(process);
    }

    [Fact]
    public async Task Many_lines_take_no_more_memory_than_few()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of a process's memory is read from /proc.");
        using var process = WatchwordTool.StartOpen(["token", "verify", "--batch"]);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < ManyLines; i++)
                process.StandardInput.Write(Line + "\n");
            process.StandardInput.Write(new string('x', 64_000_000) + "\n");
            process.StandardInput.Flush();
        });
        for (var i = 0; i < ManyLines; i++)
            Assert.StartsWith("{\"id\":7,\"ok\":true,", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("{\"id\":null,\"ok\":false,\"error\":\"too_large\"}", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await writing;
        var peak = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine(peak);
        Assert.InRange(int.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024, 1, MostMegabytes);
        await EndAsync(process);
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, process.ExitCode);
    }
}
