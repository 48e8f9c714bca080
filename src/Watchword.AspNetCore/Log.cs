// What the target writes to the log. Never a token; texts that came out of one arrive here in printable ASCII and bounded.
using Microsoft.Extensions.Logging;

namespace Watchword.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Scheme} refused a token: {Code} ({Claim}). {Reason} {Detail}", EventName = "TokenRefused")]
    public static partial void TokenRefused(ILogger logger, string scheme, string code, string claim, string reason, string detail);

    [LoggerMessage(2, LogLevel.Information, "{Scheme} refused access: {Code} ({Claim}). {Reason} {Detail}", EventName = "AccessRefused")]
    public static partial void AccessRefused(ILogger logger, string scheme, string code, string claim, string reason, string detail);

    [LoggerMessage(3, LogLevel.Warning,
        "{Scheme} cannot fetch the keys of {Issuer} and goes on with the {Count} it has. {Fault}", EventName = "KeysNotFetched")]
    public static partial void KeysNotFetched(ILogger logger, string scheme, string issuer, int count, string fault);

    [LoggerMessage(4, LogLevel.Information, "{Scheme} has fetched {Count} keys of {Issuer}.", EventName = "KeysFetched")]
    public static partial void KeysFetched(ILogger logger, string scheme, int count, string issuer);
}
