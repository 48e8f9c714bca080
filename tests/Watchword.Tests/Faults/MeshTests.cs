// Faults 9 to 11: no centre at all. Services that issue for themselves, through rotations and kills, a stolen key, and bundles that must not be taken.
using System.Text;
using System.Text.Json.Nodes;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Faults;

[Collection("Faults")]
public sealed class MeshTests
{
    private const int Keys = 4;

    private static readonly string[] Refusals =
    [
        $"refused for another target: {RejectionCode.WrongAudience}",
        $"refused that has expired: {RejectionCode.Expired}",
        $"refused with a scope of its own making: {RejectionCode.ClientNotAllowed}",
        $"refused about another service: {RejectionCode.ClientNotAllowed}",
        $"refused in another service's name: {RejectionCode.UnknownKey}",
        $"refused by a strange key: {RejectionCode.BadSignature}",
        $"refused with another signature: {RejectionCode.BadSignature}",
    ];

    [Fact]
    public async Task Services_that_issue_for_themselves_answer_rightly_through_rotations_and_kills()
    {
        var started = FaultTime.Stamp;
        await using var stage = await MeshStage.StartAsync(serial: 1);
        for (var kill = 0; kill < MeshStage.Names.Length || await stage.FewestKeysAsync() < Keys || FaultTime.Since(started) < FaultTime.Of(0); kill++)
        {
            Assert.True(FaultTime.Since(started) < FaultTime.Of(0) + TimeSpan.FromSeconds(240), $"Only {await stage.FewestKeysAsync()} keys of a service have signed.\n{stage}");
            await FaultTime.PassAsync(FaultTime.IsLong ? 3 : 0.5);
            await stage.RestartAsync(MeshStage.Names[kill % MeshStage.Names.Length]);
        }
        var counts = await stage.EndAsync("no centre");
        Assert.All(Refusals, refusal => Assert.True(counts.Sum(each => each.Of(refusal)) > 0, $"Nothing was {refusal}:\n{string.Join('\n', counts)}"));
    }

    [Fact]
    public async Task A_stolen_key_is_refused_everywhere_once_it_is_withdrawn_and_nobody_else_is()
    {
        const string Publishing = "stock";
        const string InBundle = "billing";
        var started = FaultTime.Stamp;
        await using var stage = await MeshStage.StartAsync(serial: 1, embedded: InBundle);
        var spare = stage.KeysIn(InBundle, stage.SpareFile).Keys;

        // Of a service that publishes its keys: it publishes others.
        await using var thief = await stage.StartThiefAsync(Publishing);
        await thief.UntilLetInAsync();
        await thief.MayBeRefusedAsync();
        await stage.RestartAsync(Publishing, () => File.Delete(stage.KeyFile(Publishing)));
        await thief.UntilRefusedAsync();
        await thief.MustBeRefusedAsync();

        // Of one whose keys are in the bundle: the spare is trusted already, so that the service changes over at once, and the bundle follows.
        await using var another = await stage.StartThiefAsync(InBundle);
        await another.UntilLetInAsync();
        await stage.RestartAsync(InBundle, () => File.Move(stage.SpareFile, stage.KeyFile(InBundle), overwrite: true));
        await another.MayBeRefusedAsync();
        stage.Embedded = (InBundle, spare);
        stage.Publish(stage.Signed(stage.Bundle(2)), MeshStage.Names);
        foreach (var name in MeshStage.Names)
            await stage.UntilBundleAsync(name, (serial, _) => serial == 2);
        await another.MustBeRefusedAsync();
        do
            await FaultTime.PassAsync(2);
        while (FaultTime.Since(started) < FaultTime.Of(0));

        await thief.EndAsync();
        await another.EndAsync();
        await stage.EndAsync("a stolen key");
    }

    [Fact]
    public async Task Bundles_that_must_not_be_taken_change_nothing_for_anybody()
    {
        var started = FaultTime.Stamp;
        await using var stage = await MeshStage.StartAsync(serial: 2);
        var bad = new (string Reason, Func<string> Document)[]
        {
            ("not signed by a pinned key", () => WithOtherPayload(stage.Signed(stage.Bundle(2)), stage.Signed(stage.Bundle(9, "orders")))),
            ("an older bundle is never taken", () => stage.Signed(stage.Bundle(1, "orders"))),
            ("give every version a greater serial", () => stage.Signed(stage.Bundle(2, "orders"))),
            ("have the same key", () => stage.Signed(WithOneKeyForTwo(stage.Bundle(9, "orders", "stock")))),
            ("is not signed", () => Encoding.UTF8.GetString(stage.Bundle(9, "orders").ToJson())),
        };
        var round = 0;
        do
        {
            // Each service is offered another of them.
            (string Name, string Reason, Func<string> Document)[] offers = [.. MeshStage.Names.Select((name, i) => (name, bad[(i + round) % bad.Length].Reason, bad[(i + round) % bad.Length].Document))];
            foreach (var offer in offers)
                stage.Publish(offer.Document(), offer.Name);
            foreach (var offer in offers)
                await stage.UntilBundleAsync(offer.Name, (serial, fault) => serial == 2 && fault?.Contains(offer.Reason, StringComparison.Ordinal) == true);
            round++;
        }
        while (FaultTime.Since(started) < FaultTime.Of(0));

        await stage.EndAsync("bad bundles");
    }

    private static string WithOtherPayload(string signed, string other) => $"{signed.Split('.')[0]}.{other.Split('.')[1]}.{signed.Split('.')[2]}";

    // No bundle of ours could say so.
    private static byte[] WithOneKeyForTwo(TrustBundle bundle)
    {
        using var key = SigningKey.Generate(SignatureAlgorithm.ES256);
        var json = JsonNode.Parse(bundle.ToJson())!;
        foreach (var issuer in json["issuers"]!.AsArray())
            issuer!["jwks"] = JsonNode.Parse(new KeySet([key.ToVerificationKey()]).ToJson());
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
