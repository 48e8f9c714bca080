// The processes of the fault tests, for tests only: an issuer with compressed times, targets, a caller that keeps up a steady
// load, and what stands between them; services that need no issuer, and a thief. The first argument is the role, the others are its settings, as --name value.
using Watchword.FaultProcess;

var app = args is [var role, .. var settings]
    ? role switch
    {
        "issuer" => IssuerRole.Build(settings),
        "proxy" => ProxyRole.Build(settings),
        "target" => TargetRole.Build(settings),
        "jwtbearer" => JwtBearerRole.Build(settings),
        "caller" => CallerRole.Build(settings),
        "service" => ServiceRole.Build(settings),
        "thief" => ThiefRole.Build(settings),
        _ => throw new ArgumentException($"There is no role {role}."),
    }
    : throw new ArgumentException("Name a role: issuer, proxy, target, jwtbearer, caller, service or thief.");
await app.RunAsync();
