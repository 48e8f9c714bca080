// The data folder: its names, its privacy, its lock, and that a refusal leaves nothing behind.
using Watchword.Issuer.Storage;
using Watchword.Tests.Servers;

namespace Watchword.Tests.Issuer;

public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode Mode700 = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TempFolder _temp = new();

    private string Folder => Path.Combine(_temp.Path, "above", "data");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_missing_folder_is_made_for_its_owner_alone()
    {
        using var folder = DataFolder.Open(Folder + "/");
        Assert.Equal(Folder, folder.FolderPath);
        Assert.Equal(Mode700, File.GetUnixFileMode(Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.LockPath));
        Assert.Equal(
            ["watchword.db", "master.key", "lock", "admin.sock"],
            new[] { folder.DatabasePath, folder.MasterKeyPath, folder.LockPath, folder.SocketPath }.Select(path => Path.GetRelativePath(Folder, path)));
    }

    [Fact]
    public void Naming_a_folder_does_not_touch_the_disk()
    {
        Assert.Equal(Path.Combine(Folder, "watchword.db"), DataFolder.At(Folder).DatabasePath);
        Assert.False(Directory.Exists(Folder));
        Assert.EndsWith("/watchword", DataFolder.At(null).FolderPath, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_server_is_refused_until_the_first_ends()
    {
        using (DataFolder.Open(Folder))
            Refused(Folder, $"another server is using the data folder '{Folder}'");
        DataFolder.Open(Folder).Dispose();
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_folder_that_others_can_reach_is_refused(UnixFileMode others)
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, Mode700 | others);
        Refused(Folder, $"chmod 700 '{Folder}'");
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_folder_of_another_user_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a folder away.");
        Directory.CreateDirectory(Folder, Mode700);
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534", Folder]))
            chown.WaitForExit();
        Refused(Folder, "belongs to user 65534");
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_refused()
    {
        File.WriteAllText(Path.Combine(_temp.Path, "file"), "mine");
        Refused(Path.Combine(_temp.Path, "file"), "is a file");
        Refused(Path.Combine(_temp.Path, "file", "below"), "cannot be used");
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_temp.Path, "file")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused() => Refused("/proc/watchword/data", "make it writable");

    [Fact]
    public void What_was_made_for_a_start_that_failed_is_removed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        using (var folder = DataFolder.Open(Path.Combine(Folder, "deep")))
            folder.Abandon();
        Assert.Equal(["above"], Directory.GetFileSystemEntries(_temp.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public void What_a_killed_process_left_unfinished_is_removed_and_nothing_else()
    {
        DataFolder.Open(Folder).Dispose();
        foreach (var name in (string[])["master.key.1.tmp", "watchword.db.2.tmp", "watchword.db.2.tmp-wal", "mine.tmp", "watchword.db"])
            File.WriteAllText(Path.Combine(Folder, name), "");
        DataFolder.Open(Folder).Dispose();
        Assert.Equal(["lock", "mine.tmp", "watchword.db"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_path_that_is_none_is_refused(string path) => Refused(path, "name a folder");

    [Fact]
    public void A_socket_path_that_is_too_long_goes_to_the_runtime_folder()
    {
        var deep = Path.Combine(_temp.Path, new string('d', 100));
        var socket = DataFolder.At(deep).SocketPath;
        using (var folder = DataFolder.Open(deep))
        {
            Assert.Equal(socket, folder.SocketPath);
            Assert.True(socket.Length <= 100);
            Assert.Equal(Mode700, File.GetUnixFileMode(Path.GetDirectoryName(socket)!));
            Assert.NotEqual(socket, DataFolder.At(deep + "e").SocketPath);
        }
        Assert.False(Path.Exists(Path.GetDirectoryName(socket)));
    }

    private static void Refused(string path, string says) =>
        Assert.Contains(says, Assert.Throws<StorageException>(() => DataFolder.Open(path)).Message, StringComparison.Ordinal);
}
