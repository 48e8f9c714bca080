// Placeholder for the engine's key types while they are being written; removed with the merge that brings the real ones.
#pragma warning disable CS1591, CA1822, IDE0060, CA1065
namespace Watchword.Keys;

internal sealed class SignatureAlgorithm { public string Name => throw new NotSupportedException(); }
internal sealed class SigningKey { public string KeyId => throw new NotSupportedException(); }
internal sealed class VerificationKey;
internal sealed class SharedSecret { public string KeyId => throw new NotSupportedException(); public string Reveal() => throw new NotSupportedException(); }
internal sealed class KeyProtection;
