// A document of somebody else, as it was fetched.
namespace Watchword.Trust;

/// <param name="Content">Its bytes.</param>
/// <param name="Skew">How far this machine's clock is ahead of the server's, at the least; null where the answer does not tell.</param>
internal sealed record FetchedDocument(byte[] Content, TimeSpan? Skew);
