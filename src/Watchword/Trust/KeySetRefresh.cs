// One fetch of an issuer's keys, as it is reported.
namespace Watchword.Trust;

/// <summary>The outcome of one fetch.</summary>
/// <param name="Issuer">Whose keys.</param>
/// <param name="Keys">How many usable keys there are now.</param>
/// <param name="Fault">A sentence that says why the fetch failed; null where it succeeded.</param>
public sealed record KeySetRefresh(string Issuer, int Keys, string? Fault);
