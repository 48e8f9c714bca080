// Who is at the other end of a Unix socket, by the kernel's word: only the server's own user and root may administer.
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Watchword.Issuer.Admin;

internal static class PeerCredentials
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    // struct ucred: pid, uid, gid.
    private const int StructSize = 12;
    private const int UserOffset = 4;

    /// <summary>
    /// Whether the peer is the user with the id given, or root. Elsewhere than on Linux the folder's own protection is all there
    /// is, and the answer is yes.
    /// </summary>
    public static bool IsAllowed(Socket socket, uint ownUser)
    {
        if (!OperatingSystem.IsLinux()) return true;
        return TryGetUser(socket, out var user) && (user == 0 || user == ownUser);
    }

    private static bool TryGetUser(Socket socket, out uint user)
    {
        Span<byte> credentials = stackalloc byte[StructSize];
        user = uint.MaxValue;
        try
        {
            if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) != StructSize) return false;
        }
        catch (SocketException)
        {
            return false;
        }
        user = MemoryMarshal.Read<uint>(credentials[UserOffset..]);
        return true;
    }
}
