// One mode of encryption, with what is compared in it: the bare primitive, jose-jwt, Microsoft.IdentityModel where it can, and ours.
using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Watchword.Jwe;
using Watchword.Keys;

namespace Watchword.Bench;

internal sealed class EncryptionWork : IDisposable
{
    private readonly DecryptionKey _key;
    private readonly ContentEncryption _encryption;
    private readonly BareEncryption _bare;
    private readonly JweDecrypter _decrypter;
    private readonly EncryptionKey _encrypting;
    private readonly object _peerKey;
    private readonly SecurityKey? _microsoftKey;
    private readonly JsonWebTokenHandler _handler = new();
    private readonly string _content;
    private readonly byte[] _plaintext;
    private readonly string _token;
    private readonly byte[] _ascii;

    public EncryptionWork(KeyManagementAlgorithm algorithm, ContentEncryption encryption, string content)
    {
        _encryption = encryption;
        _content = content;
        _plaintext = Encoding.ASCII.GetBytes(content);
        _key = DecryptionKey.Generate(algorithm, "k", encryption);
        _encrypting = _key.ToEncryptionKey();
        _decrypter = new JweDecrypter([_key]);
        _token = JweEncrypter.Encrypt(_encrypting, _plaintext, encryption, JweEncrypter.NestedToken);
        _ascii = Encoding.ASCII.GetBytes(_token);
        var jwk = _key.ToPrivateJwk();
        _bare = new BareEncryption(algorithm, encryption, jwk, _token, _plaintext);
        // Each in the form in which it loads its keys once.
        _peerKey = jwk.K is { } secret ? secret : _bare.Rsa is { } rsa ? rsa : Jose.Jwk.FromJson(Json(jwk));
        _microsoftKey = (algorithm.KeyType, encryption.Name.Contains("CBC", StringComparison.Ordinal)) switch
        {
            ("oct", true) => new SymmetricSecurityKey(jwk.K) { KeyId = "k" },
            ("RSA", true) when algorithm == KeyManagementAlgorithm.RsaOaep => new RsaSecurityKey(_bare.Rsa) { KeyId = "k" },
            _ => null,
        };
    }

    public string Name => $"{_key.Algorithm}, {_encryption}";

    public List<Contender> Decrypters()
    {
        var parameters = new TokenValidationParameters { TokenDecryptionKey = _microsoftKey };
        List<Contender> contenders =
        [
            new("bare", _bare.Decrypt),
            new("jose-jwt", () => Checked(Jose.JWT.Decode(_token, _peerKey, PeerAlgorithm, PeerEncryption).Length)),
            new("ours", () => _decrypter.TryDecrypt(_ascii, out var content, out var rejection) ? Checked(content.Length) : throw new InvalidOperationException($"{rejection}")),
        ];
        if (_microsoftKey is not null)
            contenders.Add(new("Microsoft", () => Checked(_handler.DecryptToken(new JsonWebToken(_token), parameters).Length)));
        return contenders;
    }

    public List<Contender> Encrypters()
    {
        List<Contender> contenders =
        [
            new("bare", _bare.Encrypt),
            new("jose-jwt", () => Jose.JWT.Encode(_content, _peerKey, PeerAlgorithm, PeerEncryption).Length),
            new("ours", () => JweEncrypter.Encrypt(_encrypting, _plaintext, _encryption, JweEncrypter.NestedToken).Length),
        ];
        if (_microsoftKey is not null)
        {
            var credentials = new EncryptingCredentials(_microsoftKey, _key.Algorithm.Name, _encryption.Name);
            contenders.Add(new("Microsoft", () => _handler.EncryptToken(_content, credentials).Length));
        }
        return contenders;
    }

    public void Dispose()
    {
        _key.Dispose();
        _bare.Dispose();
    }

    private Jose.JweAlgorithm PeerAlgorithm => _key.Algorithm.Name == "dir" ? Jose.JweAlgorithm.DIR : Enum.Parse<Jose.JweAlgorithm>(_key.Algorithm.Name.Replace('-', '_').Replace('+', '_'));

    private Jose.JweEncryption PeerEncryption => Enum.Parse<Jose.JweEncryption>(_encryption.Name.Replace('-', '_'));

    private int Checked(int length) => length == _plaintext.Length ? length : throw new InvalidOperationException("Something else was decrypted.");

    private static string Json(Jwk jwk)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
            jwk.WritePrivateTo(writer);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
