// What one class logged, line by line.
using Microsoft.Extensions.Logging;

namespace Watchword.Tests.Issuer;

internal sealed class WrittenLog<T> : ILogger<T>
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    /// <summary>Whether it throws whatever it is told, after it has written it.</summary>
    public bool IsBroken { get; set; }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
            _lines.Add(formatter(state, exception));
        if (IsBroken)
            throw new InvalidOperationException("a broken logger");
    }
}
