// The parts of the admin API, each with the requests of one noun.
namespace Watchword.Issuer.Admin;

internal sealed class AdminRoutes
{
    public required ServerRoutes Server { get; init; }

    public required KeyRoutes Keys { get; init; }

    public required ResourceRoutes Resources { get; init; }

    public required SecretRoutes Secrets { get; init; }

    public required ClientRoutes Clients { get; init; }

    public required CredentialRoutes Credentials { get; init; }

    public required GrantRoutes Grants { get; init; }

    public required TrustRoutes Trust { get; init; }
}
