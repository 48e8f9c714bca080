// How the state of a key is written, in the database and in answers alike.
using Watchword.Keys;

namespace Watchword.Issuer.Keys;

internal static class KeyStateText
{
    public static string Of(KeyState state) => state switch
    {
        KeyState.Standby => "standby",
        KeyState.Active => "active",
        KeyState.Retired => "retired",
        _ => "revoked",
    };

    // The CHECK of the tables admits no other word.
    public static KeyState Parse(string text) => text switch
    {
        "standby" => KeyState.Standby,
        "active" => KeyState.Active,
        "retired" => KeyState.Retired,
        _ => KeyState.Revoked,
    };
}
