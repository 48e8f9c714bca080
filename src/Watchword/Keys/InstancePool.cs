// The framework's key objects are not promised to be safe for two threads at once, and are dear to make: lend them one by one.
using System.Collections.Concurrent;

namespace Watchword.Keys;

/// <summary>
/// Lends instances of a key object. The first is kept in a field, so that one thread never touches the queue. Once it is disposed of it
/// lends none: what it would make them of has been wiped, and a key of zeros is known to everybody.
/// </summary>
internal sealed class InstancePool<T>(Func<T> create) : IDisposable
    where T : class, IDisposable
{
    private const int Most = 64;
    private readonly ConcurrentQueue<T> _others = new();
    private T? _first;
    private bool _disposed;

    public T Rent()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        var instance = Interlocked.Exchange(ref _first, null) ?? (_others.TryDequeue(out var other) ? other : create());
        if (!Volatile.Read(ref _disposed))
            return instance;
        // It may have been made while the key was being wiped.
        instance.Dispose();
        throw new ObjectDisposedException(typeof(T).Name);
    }

    public void Return(T instance)
    {
        if (Volatile.Read(ref _disposed))
            instance.Dispose();
        else if (Interlocked.CompareExchange(ref _first, instance, null) is null)
            return;
        else if (_others.Count < Most)
            _others.Enqueue(instance);
        else
            instance.Dispose();
    }

    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        Interlocked.Exchange(ref _first, null)?.Dispose();
        while (_others.TryDequeue(out var instance))
            instance.Dispose();
    }
}
