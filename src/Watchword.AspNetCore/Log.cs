// What the target writes to the log. Never a token; texts that came out of one arrive here in printable ASCII and bounded.
using Microsoft.Extensions.Logging;

namespace Watchword.AspNetCore;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Scheme} refused a token: {Code} ({Claim}). {Reason} {Detail}", EventName = "TokenRefused")]
    public static partial void TokenRefused(ILogger logger, string scheme, string code, string claim, string reason, string detail);

    [LoggerMessage(2, LogLevel.Information, "{Scheme} refused access: {Code} ({Claim}). {Reason} {Detail}", EventName = "AccessRefused")]
    public static partial void AccessRefused(ILogger logger, string scheme, string code, string claim, string reason, string detail);

    [LoggerMessage(17, LogLevel.Information, "{Scheme} would refuse access from {Until} on: {Code} ({Claim}). {Reason} {Detail}", EventName = "AccessReportOnly")]
    public static partial void AccessReportOnly(ILogger logger, string scheme, string until, string code, string claim, string reason, string detail);

    [LoggerMessage(3, LogLevel.Warning, "{Scheme} cannot fetch the keys of {Issuer} and {Consequence}. {Fault}", EventName = "KeysNotFetched")]
    public static partial void KeysNotFetched(ILogger logger, string scheme, string issuer, string consequence, string fault);

    [LoggerMessage(4, LogLevel.Information, "{Scheme} has fetched {Count} keys of {Issuer}.", EventName = "KeysFetched")]
    public static partial void KeysFetched(ILogger logger, string scheme, int count, string issuer);

    [LoggerMessage(5, LogLevel.Error,
        "{Scheme} has dropped its {Count} keys of {Issuer}: they are older than they may be used. Its tokens are refused until it is reached.",
        EventName = "KeysDropped")]
    public static partial void KeysDropped(ILogger logger, string scheme, int count, string issuer);

    [LoggerMessage(6, LogLevel.Information,
        "{Scheme} starts with {Count} keys of {Issuer} from its folder, fetched at {Fetched}, to be used until {Until} if the issuer cannot be reached.",
        EventName = "KeysRestored")]
    public static partial void KeysRestored(ILogger logger, string scheme, int count, string issuer, string fetched, string until);

    [LoggerMessage(7, LogLevel.Warning, "{Scheme} cannot use its folder of keys. {Fault}", EventName = "KeyFolderFailed")]
    public static partial void KeyFolderFailed(ILogger logger, string scheme, string fault);

    [LoggerMessage(8, LogLevel.Warning,
        "{Scheme}: this machine's clock is at least {Seconds} s {Side} that of {Issuer}; beyond {Leeway} tokens are refused. Mend the clock that is wrong.",
        EventName = "ClocksApart")]
    public static partial void ClocksApart(ILogger logger, string scheme, int seconds, string side, string issuer, TimeSpan leeway);

    [LoggerMessage(9, LogLevel.Information, "{Scheme}: the clocks of this machine and of {Issuer} agree again.", EventName = "ClocksAgree")]
    public static partial void ClocksAgree(ILogger logger, string scheme, string issuer);

    [LoggerMessage(10, LogLevel.Information, "{Scheme} has read {Count} shared secrets of {Issuer} anew.", EventName = "SecretsReplaced")]
    public static partial void SecretsReplaced(ILogger logger, string scheme, int count, string issuer);

    [LoggerMessage(11, LogLevel.Warning, "{Scheme} goes on with the shared secrets it has. {Fault}", EventName = "SecretsNotRead")]
    public static partial void SecretsNotRead(ILogger logger, string scheme, string fault);

    [LoggerMessage(12, LogLevel.Information, "{Scheme} follows the trust bundle {Place}, serial {Serial}, {Issuers} issuers, {Signature}, until {Expires}.", EventName = "BundleTaken")]
    public static partial void BundleTaken(ILogger logger, string scheme, string place, long serial, int issuers, string signature, string expires);

    [LoggerMessage(13, LogLevel.Warning, "{Scheme} {Consequence}. {Fault}", EventName = "BundleNotTaken")]
    public static partial void BundleNotTaken(ILogger logger, string scheme, string consequence, string fault);

    [LoggerMessage(14, LogLevel.Warning, "{Scheme}: the trust bundle {Place} expired at {Expires} and is followed until {Until}; publish a new one.", EventName = "BundleExpired")]
    public static partial void BundleExpired(ILogger logger, string scheme, string place, string expires, string until);

    [LoggerMessage(15, LogLevel.Error, "{Scheme}: the trust bundle {Place} expired at {Expires} and is followed no longer: nobody in it is trusted. Publish a new one.", EventName = "BundleDropped")]
    public static partial void BundleDropped(ILogger logger, string scheme, string place, string expires);

    [LoggerMessage(16, LogLevel.Warning,
        "{Scheme} takes the trust bundle {Place} without a signature: whoever holds that server decides who is trusted here. Sign it, and name the key in TrustBundleKeyFiles.",
        EventName = "BundleUnsigned")]
    public static partial void BundleUnsigned(ILogger logger, string scheme, string place);
}
