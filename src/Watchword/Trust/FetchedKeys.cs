// An issuer's keys as they were just fetched, and the document they were read from.
using Watchword.Keys;

namespace Watchword.Trust;

internal sealed record FetchedKeys(KeySet Keys, FetchedDocument Document);
