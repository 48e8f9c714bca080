// A file that must not exist is written by one of many, and whoever comes later changes nothing.
using System.Text;
using Watchword.Files;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Files;

public sealed class PrivateFileTests : IDisposable
{
    private const int Writers = 8;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_many_who_write_a_new_file_at_once_one_does()
    {
        for (var round = 0; round < 100; round++)
        {
            var path = _folder.File($"{round}.key");
            using var start = new Barrier(Writers);
            var written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Writes(path, $"{writer}");
                },
                default, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            var winner = Assert.Single(Enumerable.Range(0, Writers), writer => written[writer]);
            Assert.Equal($"{winner}", await File.ReadAllTextAsync(path));
        }
        Assert.Equal(100, Directory.GetFiles(_folder.Path).Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Either_way_to_a_free_name_is_one_that_takes_no_other_file_s_name(bool renames)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || (!renames && !OperatingSystem.IsWindows()), "This system has no such way.");
        Func<string, string, bool> give = renames ? Unix.TryRenameToFree : Unix.TryLinkToFree;
        var (one, other, name) = (_folder.Write("one", "1"), _folder.Write("other", "2"), _folder.File("name"));
        Assert.True(give(one, name));
        Assert.Contains(name, Assert.Throws<IOException>(() => give(other, name)).Message, StringComparison.Ordinal);
        Assert.Equal(("1", "2"), (File.ReadAllText(name), File.ReadAllText(other)));
        Assert.False(File.Exists(one));
        Assert.False(give(one, _folder.File("nothing")));
    }

    private static bool Writes(string path, string content)
    {
        try
        {
            PrivateFile.WriteNew(path, Encoding.ASCII.GetBytes(content));
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }
}
