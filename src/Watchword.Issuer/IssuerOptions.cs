// The settings of an issuer.
using Watchword.Issuer.Keys;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Issuer;

/// <summary>The settings of an issuer. They are read once, when the application starts, and all their faults are reported at once.</summary>
public sealed class IssuerOptions
{
    /// <summary>
    /// The issuer identifier: the URL that callers and targets know this issuer by, which is the <c>iss</c> of every token.
    /// Absolute, <c>https</c> (or <c>http</c> on loopback), without path, query, fragment and trailing slash. Required.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>
    /// The folder that holds the database, the lock, the admin socket and, unless <see cref="MasterKeyFile"/> says otherwise, the
    /// master key. It is created, open to nobody else, if it is not there.
    /// By default <c>$XDG_DATA_HOME/watchword</c> or <c>~/.local/share/watchword</c>.
    /// </summary>
    public string? DataFolder { get; set; }

    /// <summary>
    /// A file that holds the master key, for whoever keeps it apart from the database, or two such files separated by
    /// <see cref="Path.PathSeparator"/> while one takes over from the other: either opens what is stored, and the first wraps what is new.
    /// They must be there. By default the key is a file of the data folder, made on the first start.
    /// </summary>
    public string? MasterKeyFile { get; set; }

    /// <summary>
    /// A PEM file with the only authorities to trust when encryption keys are fetched from the resources that publish them. By default
    /// those of the system.
    /// </summary>
    public string? CaFile { get; set; }

    /// <summary>How long a signing key signs before the next one takes over. 30 days by default; from 1 hour to 366 days.</summary>
    public TimeSpan KeyRotationInterval { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a signing key is published before it signs, so that every target holds it by then. 24 hours by default; from 16 minutes,
    /// which is the time that a target and the caches before it may keep an old set, to <see cref="KeyRotationInterval"/>.
    /// </summary>
    public TimeSpan KeyPropagationTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Other times than these two allow, for tests that cannot wait.</summary>
    internal KeyPolicy? KeyPolicy { get; set; }

    internal KeyPolicy Policy() =>
        KeyPolicy ?? new KeyPolicy { RotationInterval = KeyRotationInterval, Propagation = KeyPropagationTime };

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (string.IsNullOrEmpty(Issuer))
            faults.Add("The issuer's own URL is missing: set Issuer to the https URL that callers and targets know it by.");
        else if (!IssuerUrl.TryParse(Issuer, out _, out var fault))
            faults.Add(fault);
        if (DataFolder is { } folder && string.IsNullOrWhiteSpace(folder))
            faults.Add("DataFolder is empty: name a folder, or leave it out for the default one.");
        if (MasterKeyFile is { } files && MasterKeyFault(MasterKeys.Split(files)) is { } unnamed)
            faults.Add(unnamed);
        if (CaFile is not null && CaFileFault(CaFile) is { } unusable)
            faults.Add(unusable);
        if (KeyRotationInterval < TimeSpan.FromHours(1) || KeyRotationInterval > TimeSpan.FromDays(366))
            faults.Add("KeyRotationInterval is out of range: set it from 1 hour to 366 days.");
        else if (KeyPropagationTime < TimeSpan.FromMinutes(16) || KeyPropagationTime > KeyRotationInterval)
            faults.Add("KeyPropagationTime is out of range: set it from 16 minutes to KeyRotationInterval.");
        return faults;
    }

    private static string? MasterKeyFault(string[] files)
    {
        if (files.Length > MasterKeys.Most || files.Any(string.IsNullOrWhiteSpace))
            return $"MasterKeyFile names one file, or two with a '{Path.PathSeparator}' between them: name them, or leave it out for a key in the data folder.";
        return files.FirstOrDefault(file => !File.Exists(file)) is { } missing
            ? $"The master key file '{missing}' is not there: put it back, or where there is no database yet {MasterKey.Recipe}, and keep it 0600."
            : null;
    }

    private static string? CaFileFault(string file)
    {
        if (string.IsNullOrWhiteSpace(file))
            return "CaFile is empty: name a file, or leave it out for the authorities of the system.";
        try
        {
            PrivateAuthority.CreateHandler(file).Dispose();
            return null;
        }
        catch (ArgumentException fault)
        {
            return fault.Message;
        }
    }
}
