// The keys of a service's own identity on disk: one private file with every key and what it is doing.
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Watchword.Encodings;
using Watchword.Files;
using Watchword.Keys;

namespace Watchword.Trust;

/// <summary>A key in the file.</summary>
internal sealed record ServiceKey(SigningKey Key, ScheduledKey Scheduled);

/// <summary>Reads and writes the file. What is wrong with it is an <see cref="IOException"/> whose message is a sentence.</summary>
internal sealed class ServiceKeyFile(string path, string issuer)
{
    private const int Longest = 256 * 1024;
    private const string TimeForm = "O";

    /// <summary>The bytes of the file; null if there is none.</summary>
    /// <exception cref="IOException">It cannot be read, is too large, is a symbolic link, or others can read it.</exception>
    public byte[]? Read()
    {
        // The first rotation would put a file in the link's place, and part the replicas that share what it leads to.
        if (new FileInfo(path).LinkTarget is { } target)
            throw new IOException($"the key file '{path}' is a symbolic link to '{target}'; name that file itself");
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = File.OpenHandle(path);
            if (PrivateFile.FileFault(file, path) is { } fault)
                throw new IOException(fault);
            return BoundedFile.Read(file, path, Longest);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"the key file '{path}' cannot be read; make it readable for this user", fault);
        }
    }

    /// <summary>The keys in the bytes of the file.</summary>
    /// <exception cref="IOException">It is damaged, or another service's.</exception>
    public IReadOnlyList<ServiceKey> Parse(ReadOnlySpan<byte> content)
    {
        var faults = new List<string>();
        using var document = JsonDocuments.Parse(content) ?? throw Damaged("it is not one JSON object");
        var members = new JsonMembers(document.RootElement, "it", faults);
        var owner = members.Text("issuer");
        var keys = new List<ServiceKey>();
        try
        {
            foreach (var key in members.Objects("keys", "an array of objects"))
                keys.Add(Key(new JsonMembers(key, "a key of it", faults)));
        }
        catch (InvalidKeyException fault)
        {
            throw Damaged(fault.Message.TrimEnd('.'));
        }
        if (faults.Count > 0)
            throw Damaged(faults[0].TrimEnd('.'));
        if (owner != issuer)
            throw new IOException($"the key file '{path}' holds the keys of '{owner}', not of '{issuer}'; name the file of this service");
        if (keys.Count(key => key.Scheduled.State == KeyState.Active) > 1 || keys.Count(key => key.Scheduled.State == KeyState.Standby) > 1
            || keys.DistinctBy(key => key.Key.KeyId).Count() < keys.Count || keys.DistinctBy(key => key.Key.Algorithm).Count() > 1)
        {
            throw Damaged("its keys do not go together");
        }
        return keys;
    }

    /// <summary>The bytes of a file with these keys.</summary>
    public byte[] Format(IEnumerable<ServiceKey> keys)
    {
        var text = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("issuer", issuer);
            json.WriteStartArray("keys");
            foreach (var (key, scheduled) in keys)
            {
                json.WriteStartObject();
                json.WriteString("state", Name(scheduled.State));
                WriteTime(json, "published", scheduled.Published);
                WriteTime(json, "activated", scheduled.Activated);
                WriteTime(json, "retired", scheduled.Retired);
                json.WritePropertyName("jwk");
                key.ToPrivateJwk().WritePrivateTo(json);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. text.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Writes a first file. False if another process was quicker.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool TryCreate(byte[] content)
    {
        try
        {
            Write(() => PrivateFile.WriteNew(path, content));
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Puts new content in the file's place, whole. False if the file does not hold what it was when it was read.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public bool TryReplace(ReadOnlySpan<byte> old, byte[] content)
    {
        if (Read() is not { } there || !old.SequenceEqual(there))
            return false;
        Write(() => PrivateFile.Replace(path, content));
        return true;
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the key file '{path}' cannot be written ({fault.Message.TrimEnd('.')}); make its folder writable for this user and free some space", fault);
        }
    }

    private static ServiceKey Key(JsonMembers members)
    {
        var state = members.Text("state");
        var published = Time(members, "published");
        var (activated, retired) = (Time(members, "activated"), Time(members, "retired"));
        var jwk = members.Object("jwk") ?? throw new InvalidKeyException("a key of it has no jwk.");
        var known = Enum.GetValues<KeyState>().FirstOrDefault(known => Name(known) == state, KeyState.Revoked);
        if (known == KeyState.Revoked || published is not { } since)
            throw new InvalidKeyException("a key of it has no state, or has not been published.");
        var key = SigningKey.FromJwk(Jwk.Read(jwk));
        return new ServiceKey(key, new ScheduledKey(key.KeyId, known, since) { Activated = activated, Retired = retired });
    }

    private static DateTimeOffset? Time(JsonMembers members, string name) =>
        DateTimeOffset.TryParseExact(members.Text(name), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value)
            json.WriteString(name, value.ToString(TimeForm, CultureInfo.InvariantCulture));
    }

    private static string Name(KeyState state) => state switch
    {
        KeyState.Active => "active",
        KeyState.Standby => "standby",
        KeyState.Retired => "retired",
        _ => "revoked",
    };

    private IOException Damaged(string why) =>
        new($"the key file '{path}' is damaged ({why}); put a copy of it back, or delete it, and this service begins anew with keys that its targets have to fetch");
}
