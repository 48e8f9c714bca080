// Where a trust bundle is looked for: in a local file, or at a URL.
using Watchword.Files;

namespace Watchword.Trust;

/// <param name="place">A path, or an http or https URL.</param>
/// <param name="mustBeSigned">Whether a signature speaks for the document; without one, nobody but its owner may write to the file.</param>
/// <param name="fetcher">What fetches from a URL.</param>
internal sealed class BundlePlace(string place, bool mustBeSigned, DocumentFetcher fetcher)
{
    private readonly Uri? _url = Uri.TryCreate(place, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    public bool IsFile => _url is null;

    /// <summary>Reads what stands there now. For a file it waits for nothing.</summary>
    /// <exception cref="FetchException">It cannot be fetched.</exception>
    /// <exception cref="IOException">The file cannot be read, is too large, or others may write to it.</exception>
    public ValueTask<byte[]> ReadAsync(CancellationToken cancellation) => _url is null
        ? ValueTask.FromResult(ReadFile())
        : new ValueTask<byte[]>(fetcher.FetchAsync(_url, cancellation));

    private byte[] ReadFile()
    {
        try
        {
            using var file = File.OpenHandle(place);
            return mustBeSigned || BoundedFile.WriterFault(file, place) is not { } open ? BoundedFile.Read(file, place, SignedTrustBundle.Longest)
                : throw new IOException($"{open}, or sign the bundle and pin the key");
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException(fault.Message.TrimEnd('.'), fault);
        }
    }
}
