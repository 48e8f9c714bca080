// The parameters of a token request, from the bytes of its body (RFC 6749 §3.2: none twice, unknown ones ignored, empty ones omitted).
using System.Diagnostics.CodeAnalysis;

namespace Watchword.Issuer.Tokens;

internal sealed class TokenForm
{
    public const int MaxMembers = 100;

    private static readonly string[] Names =
        ["grant_type", "scope", "resource", "client_id", "client_secret", "client_assertion", "client_assertion_type"];

    private readonly string?[] _values = new string?[Names.Length];
    private List<string>? _otherNames;
    private bool _resourceRepeated;

    private TokenForm()
    {
    }

    public string? GrantType => Value(0);

    public string? Scope => Value(1);

    public string? Resource => Value(2);

    public string? ClientId => Value(3);

    public string? ClientSecret => Value(4);

    /// <summary>Whether the caller means to authenticate by an assertion (RFC 7521 §4.2).</summary>
    public bool HasAssertion => Value(5) is not null || Value(6) is not null;

    public static bool TryParse(
        ReadOnlySpan<byte> body, [NotNullWhen(true)] out TokenForm? form, [NotNullWhen(false)] out TokenError? error)
    {
        var read = new TokenForm();
        error = read.Read(body);
        form = error is null ? read : null;
        return error is null;
    }

    private TokenError? Read(ReadOnlySpan<byte> body)
    {
        var members = 0;
        while (!body.IsEmpty)
        {
            if (++members > MaxMembers) return TokenError.InvalidRequest("The request body has more than 100 parameters.");
            var end = body.IndexOf((byte)'&');
            var member = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (!member.IsEmpty && Add(member) is { } error) return error;
        }
        return _resourceRepeated
            ? TokenError.InvalidTarget("A token is for one resource. Ask for each resource in a request of its own.")
            : null;
    }

    private TokenError? Add(ReadOnlySpan<byte> member)
    {
        var equals = member.IndexOf((byte)'=');
        var name = FormText.Decode(equals < 0 ? member : member[..equals]);
        var value = equals < 0 ? "" : FormText.Decode(member[(equals + 1)..]);
        if (string.IsNullOrEmpty(name) || value is null)
            return TokenError.InvalidRequest("The request body is not a well-formed UTF-8 form.");

        var known = Array.IndexOf(Names, name);
        if (known < 0) return AddUnknown(name);
        if (_values[known] is null) _values[known] = value;
        else if (name == "resource") _resourceRepeated = true;
        else return TokenError.InvalidRequest($"The parameter {name} is there more than once.");
        return null;
    }

    private TokenError? AddUnknown(string name)
    {
        _otherNames ??= [];
        if (_otherNames.Contains(name)) return TokenError.InvalidRequest("A parameter is there more than once.");
        _otherNames.Add(name);
        return null;
    }

    private string? Value(int index) => _values[index] is { Length: > 0 } value ? value : null;
}
