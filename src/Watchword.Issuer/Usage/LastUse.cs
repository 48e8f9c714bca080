// When and from where a credential was used.
using System.Net;

namespace Watchword.Issuer.Usage;

/// <param name="Time">When a token was issued for it.</param>
/// <param name="From">The peer's address; behind a configured proxy the one that the proxy states; <see langword="null"/> where there is none.</param>
internal readonly record struct LastUse(DateTimeOffset Time, IPAddress? From);
