// What became of a signing key: one line of the log for each.
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

/// <param name="KeyId">The key.</param>
/// <param name="Algorithm">What it signs by.</param>
/// <param name="From">What it was; <see langword="null"/> for a key that was made.</param>
/// <param name="To">What it is; <see langword="null"/> for a key that left the database.</param>
internal sealed record KeyChange(string KeyId, SignatureAlgorithm Algorithm, KeyState? From, KeyState? To);
