// Whoever is told of work in the background must not be able to end it.
namespace Watchword.Trust;

internal static class Listeners
{
    /// <summary>Tells a listener, if there is one. What it throws is passed over.</summary>
    public static void Tell<T>(this Action<T>? listener, T news)
    {
        try
        {
            listener?.Invoke(news);
        }
        catch (Exception)
        {
            // It has a log of its own.
        }
    }
}
