// What ./fuzz.sh runs: a target under afl-fuzz, or, given files, the same target over each of them.
//   Watchword.Fuzz TARGET            reads inputs from afl-fuzz
//   Watchword.Fuzz TARGET FILE...    repeats a finding, or the corpus
using SharpFuzz;
using Watchword.Fuzz;

// Each reader of what others send has a row; its seeds are in Corpus/<name>.
var targets = new Dictionary<string, Action<byte[]>>
{
    ["token"] = TokenTarget.Run,
    ["claims"] = ClaimsTarget.Run,
    ["jwk"] = JwkTarget.Run,
    ["jwks"] = KeySetTarget.Run,
    ["jwe"] = JweTarget.Run,
    ["sealed"] = SealedTarget.Run,
    ["bundle"] = BundleTarget.Run,
};

if (args.Length == 0 || !targets.TryGetValue(args[0], out var target))
{
    Console.Error.WriteLine($"Name a target: {string.Join(", ", targets.Keys)}.");
    return 2;
}
if (args.Length > 1)
{
    foreach (var file in args[1..])
    {
        Console.WriteLine(file);
        target(File.ReadAllBytes(file));
    }
    return 0;
}
using var buffer = new MemoryStream();
Fuzzer.Run(input =>
{
    buffer.SetLength(0);
    input.CopyTo(buffer);
    target(buffer.ToArray());
});
return 0;
