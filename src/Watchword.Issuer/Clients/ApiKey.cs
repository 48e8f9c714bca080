using System.Diagnostics.CodeAnalysis;

namespace Watchword.Issuer.Clients;

internal sealed class ApiKey
{
    public string CredentialId => throw new NotImplementedException();

    public static ApiKey Generate() => throw new NotImplementedException();

    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKey? key) => throw new NotImplementedException();

    public string Reveal() => throw new NotImplementedException();
}
