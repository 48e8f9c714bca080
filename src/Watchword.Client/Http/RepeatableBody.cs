// Whether a request can be sent a second time with the same body.
using System.Collections;
using System.Net.Http.Json;

namespace Watchword.Client.Http;

internal static class RepeatableBody
{
    /// <summary>
    /// Only contents that are known to hold their bytes, or an object they write anew. A type derived from one of them may do
    /// anything, a stream has been read, and a sequence that is not a collection may give its elements only once.
    /// </summary>
    public static bool Is(HttpContent? content) =>
        content is null
        || content is JsonContent json && IsPlain(json.Value)
        || content.GetType() == typeof(ByteArrayContent)
        || content.GetType() == typeof(StringContent)
        || content.GetType() == typeof(FormUrlEncodedContent)
        || content.GetType() == typeof(ReadOnlyMemoryContent);

    // What the compiler makes of an iterator, synchronous or not, is disposable.
    private static bool IsPlain(object? value) =>
        value is null or string or ICollection || value is not (IEnumerable or IDisposable or IAsyncDisposable);
}
