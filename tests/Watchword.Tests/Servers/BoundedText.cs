// What a process wrote, line by line, as much of it as a test could want to read.
namespace Watchword.Tests.Servers;

internal sealed class BoundedText(int mostCharacters = 1024 * 1024)
{
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private int _length;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when something is added after this was read.</summary>
    public Task Grown
    {
        get
        {
            lock (_gate)
            {
                return _grown.Task;
            }
        }
    }

    /// <summary>Adds a line; the oldest lines make room for it.</summary>
    public void Add(string line)
    {
        TaskCompletionSource grown;
        lock (_gate)
        {
            _lines.Enqueue(line);
            _length += line.Length + 1;
            while (_length > mostCharacters && _lines.Count > 1)
            {
                _length -= _lines.Dequeue().Length + 1;
            }

            grown = _grown;
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        grown.SetResult();
    }

    public IReadOnlyList<string> Lines()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }

    public override string ToString() => string.Join('\n', Lines());
}
