// How often this target refused a token, by rejection code, as its metrics say.
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;

namespace Watchword.FaultProcess;

internal sealed class Refusals : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, int> _counts = [];

    public Refusals()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "watchword.verifications")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags is not [{ Key: "error.type", Value: { } code }, ..])
                return;
            lock (_counts)
                _counts[code.ToString()!] = _counts.GetValueOrDefault(code.ToString()!) + 1;
        });
        _listener.Start();
    }

    public string ToJson()
    {
        lock (_counts)
            return new JsonObject(_counts.Select(static each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))).ToJsonString();
    }

    public void Dispose() => _listener.Dispose();
}
