// The sample's two options.
namespace Mesh;

/// <param name="IsOnce">Whether it ends when the story has been told.</param>
/// <param name="Picture">Where the picture is to be written; null for a temporary place.</param>
internal sealed record Arguments(bool IsOnce, string? Picture)
{
    /// <summary>Null if they are none of this sample's.</summary>
    public static Arguments? TryRead(string[] args) => args switch
    {
        [] => new(false, null),
        ["--once"] => new(true, null),
        ["--svg", var file] => new(false, file),
        ["--once", "--svg", var file] => new(true, file),
        ["--svg", var file, "--once"] => new(true, file),
        _ => null,
    };
}
