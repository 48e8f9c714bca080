// Where each endpoint is. An issuer identifier has no path, so these follow it directly.
namespace Watchword.Issuer;

internal static class IssuerPaths
{
    public const string Token = "/oauth2/token";
    public const string KeySet = "/.well-known/jwks.json";
    public const string OAuthMetadata = "/.well-known/oauth-authorization-server";
    public const string OpenIdMetadata = "/.well-known/openid-configuration";
    public const string Bundle = "/.well-known/watchword/bundle";
    public const string Live = "/healthz/live";
    public const string Ready = "/healthz/ready";
}
