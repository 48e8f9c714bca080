// A followed bundle: a later one takes its place, a worse one never does, over restarts too, and it is not followed for ever.
using Microsoft.Extensions.Time.Testing;
using Watchword.Keys;
using Watchword.Tests.Keys;
using Watchword.Tests.Servers;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed class FollowedBundleTests : IDisposable
{
    private const string Orders = "https://orders.internal";
    private const string Stock = "https://stock.internal";
    private static readonly DateTimeOffset Start = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Expires = Start.AddDays(30);
    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(Start);

    private static SigningKey OrdersKey => SampleKeys.Of("ES256");

    private static SigningKey StockKey => SampleKeys.AnotherOf("ES256");

    private static SigningKey Pin => SampleKeys.Of("ES384");

    private static SigningKey OtherPin => SampleKeys.AnotherOf("ES384");

    private string Place => _temp.File("bundle");

    private string Folder => _temp.File("kept");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task A_file_is_followed_from_the_start_and_an_entry_that_is_taken_out_is_refused()
    {
        Write(Both(1).ToJson());
        using var target = Follow();
        Assert.Equal((1, 2, BundleStanding.Good, null), (target.State.Serial, target.State.Issuers, target.State.Standing, target.State.Fault));
        var token = (await target.Gate.VerifyAsync(target.Token(StockKey, Stock))).Token!;
        Assert.Null(await target.AskAsync(OrdersKey, Orders));
        Write(OrdersAlone(2).ToJson());
        await target.LookAsync();
        Assert.Equal(RejectionCode.UnknownIssuer, await target.AskAsync(StockKey, Stock));
        Assert.Equal(RejectionCode.UnknownIssuer, target.Gate.Recheck(token)?.Code);
        Assert.Null(await target.AskAsync(OrdersKey, Orders));
    }

    [Fact]
    public async Task Without_a_good_bundle_nobody_is_trusted_until_there_is_one()
    {
        using var target = Follow();
        Assert.Equal((null, BundleStanding.Refused), (target.State.Serial, target.State.Standing));
        Assert.Contains(Place, target.State.Fault, StringComparison.Ordinal);
        Assert.Equal(RejectionCode.UnknownIssuer, await target.AskAsync(OrdersKey, Orders));
        Write(Both(1).ToJson());
        await target.LookAsync();
        Assert.Null(await target.AskAsync(OrdersKey, Orders));
        Assert.Null(target.State.Fault);
    }

    public static TheoryData<string, string> Worse => new()
    {
        { "older", "an older bundle is never taken" },
        { "same serial", "give every version a greater serial" },
        { "unsigned", "not signed" },
        { "strange signature", "not signed by a pinned key" },
        { "another's key", "same key" },
        { "damaged", "neither a bundle in JSON nor a signed one" },
        { "empty", "The document is empty" },
        { "too large", "name the right file" },
        { "gone", "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Worse))]
    public async Task A_worse_bundle_is_refused_and_the_old_one_kept_over_a_restart_too(string kind, string reason)
    {
        WriteSigned(Both(7));
        using (var target = Follow(Pin, Folder))
        {
            await target.LookAsync();
            WriteWorse(kind);
            await target.LookAsync();
            await AssertKeptAsync(target);
        }
        using var again = Follow(Pin, Folder);
        await AssertKeptAsync(again);
        WriteSigned(OrdersAlone(8));
        await again.LookAsync();
        Assert.Equal((8, null, RejectionCode.UnknownIssuer), (again.State.Serial, again.State.Fault, await again.AskAsync(StockKey, Stock)));

        async Task AssertKeptAsync(FollowingTarget target)
        {
            Assert.Contains(reason, target.State.Fault, StringComparison.Ordinal);
            Assert.Equal((7, Pin.KeyId, BundleStanding.Good), (target.State.Serial, target.State.VerifiedBy, target.State.Standing));
            Assert.Null(await target.AskAsync(StockKey, Stock));
        }
    }

    [Fact]
    public async Task An_unsigned_file_that_others_may_write_to_is_refused()
    {
        Write(Both(1).ToJson());
        using var target = Follow();
        const UnixFileMode open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite;
        Write(OrdersAlone(2).ToJson(), open);
        await target.LookAsync();
        Assert.Contains($"chmod go-w '{Place}'", target.State.Fault, StringComparison.Ordinal);
        Assert.Equal(1, target.State.Serial);
        Write(FollowingTarget.Signed(OrdersAlone(2), Pin), open);
        using var signed = Follow(Pin);
        Assert.Null(signed.State.Fault);
    }

    [Fact]
    public async Task A_pinned_key_is_replaced_without_a_gap_and_the_highest_serial_outlives_it()
    {
        WriteSigned(Both(7));
        using (var old = Follow(Pin, Folder))
            Assert.Equal(Pin.KeyId, old.State.VerifiedBy);
        WriteSigned(Both(7), OtherPin);
        using (var between = Follow([Pin, OtherPin], Folder))
            Assert.Equal((OtherPin.KeyId, null), (between.State.VerifiedBy, between.State.Fault));
        File.Delete(Place);
        using (var after = Follow(OtherPin, Folder))
            Assert.Null(await after.AskAsync(StockKey, Stock));
        WriteSigned(Both(6), Pin);
        using var neither = Follow(Pin, Folder);
        Assert.Contains("7 was seen already", neither.State.Fault, StringComparison.Ordinal);
        Assert.Equal(RejectionCode.UnknownIssuer, await neither.AskAsync(StockKey, Stock));
    }

    [Fact]
    public async Task An_expired_bundle_is_followed_for_a_while_then_refused_and_a_later_one_mends_it()
    {
        Write(Both(1).ToJson());
        using var target = Follow();
        _clock.SetUtcNow(Expires);
        await target.LookAsync();
        Assert.Equal((BundleStanding.Expired, null), (target.State.Standing, await target.AskAsync(StockKey, Stock)));
        _clock.SetUtcNow(Expires.AddDays(7));
        await target.LookAsync();
        Assert.Equal((BundleStanding.Refused, RejectionCode.UnknownIssuer), (target.State.Standing, await target.AskAsync(StockKey, Stock)));
        using var begunLate = Follow();
        Assert.Equal(RejectionCode.UnknownIssuer, await begunLate.AskAsync(StockKey, Stock));
        Write(new TrustBundle(2, Expires.AddDays(30), Both(1).Issuers).ToJson());
        await target.LookAsync();
        Assert.Equal((BundleStanding.Good, null), (target.State.Standing, await target.AskAsync(StockKey, Stock)));
    }

    [Fact]
    public async Task Kept_for_no_time_an_expired_bundle_is_refused_at_once()
    {
        Write(Both(1).ToJson());
        using var target = new FollowingTarget(Place, _clock, keepExpiredDays: 0);
        Assert.Null(await target.AskAsync(StockKey, Stock));
        _clock.SetUtcNow(Expires);
        await target.LookAsync();
        Assert.Equal(RejectionCode.UnknownIssuer, await target.AskAsync(StockKey, Stock));
    }

    [Fact]
    public async Task What_stands_in_the_settings_is_above_the_bundle_and_outlives_it()
    {
        Write(new TrustBundle(1, Expires, [FollowingTarget.Entry(StockKey, Orders)]).ToJson());
        using var target = new FollowingTarget(Place, _clock, always: [FollowingTarget.Entry(OrdersKey, Orders)]);
        Assert.Null(await target.AskAsync(OrdersKey, Orders));
        Assert.NotNull(await target.AskAsync(StockKey, Orders));
        _clock.SetUtcNow(Expires.AddDays(7));
        await target.LookAsync();
        Assert.Null(await target.AskAsync(OrdersKey, Orders));
    }

    [Fact]
    public async Task Issuers_that_stay_keep_what_was_made_of_them()
    {
        Write(Both(1).ToJson());
        using var target = Follow();
        var before = target.Issuers.Find(Orders);
        Write(OrdersAlone(2).ToJson());
        await target.LookAsync();
        Assert.Equal(1, target.Issuers.Count);
        Assert.Same(before, target.Issuers.Find(Orders));
    }

    [Fact]
    public async Task A_listener_that_throws_does_not_end_the_looking()
    {
        Write(Both(1).ToJson());
        using var target = new FollowingTarget(Place, _clock, onLook: () => throw new InvalidOperationException("a broken listener"));
        Write(Both(2).ToJson());
        await target.LookAsync();
        await target.LookAsync();
        Assert.Equal(2, target.State.Serial);
    }

    [Fact]
    public async Task What_cannot_be_put_in_force_is_told_as_a_fault_with_the_one_before_and_tried_again()
    {
        var broken = true;
        Write(Both(1).ToJson());
        using var target = new FollowingTarget(Place, _clock, onKeys: () => Assert.False(broken, "a broken folder"));
        TrustEntry[] next = [FollowingTarget.Entry(OrdersKey, Orders), new TrustEntry { Issuer = "https://new.internal" }];
        Write(new TrustBundle(2, Expires.AddDays(30), next).ToJson());
        await target.LookAsync();
        Assert.Equal((1, 2, BundleStanding.Good), (target.State.Serial, target.State.Issuers, target.State.Standing));
        Assert.Contains("serial 2 cannot be put in force: a broken folder", target.State.Fault, StringComparison.Ordinal);
        Assert.Null(await target.AskAsync(StockKey, Stock));
        _clock.SetUtcNow(Expires.AddDays(7));
        await target.LookAsync();
        Assert.Equal((1, BundleStanding.Refused, 0), (target.State.Serial, target.State.Standing, target.Issuers.Count));
        broken = false;
        await target.LookAsync();
        Assert.Equal((2, null), (target.State.Serial, target.State.Fault));
        Assert.Equal(RejectionCode.UnknownIssuer, await target.AskAsync(StockKey, Stock));
    }

    [Fact]
    public void Of_two_processes_that_keep_one_bundle_the_later_bundle_stays()
    {
        var (one, other) = (new KeptBundle(Folder, Place), new KeptBundle(Folder, Place));
        Keep(one, Both(5));
        Keep(other, Both(5));
        Keep(one, Both(7));
        Keep(other, OrdersAlone(6));
        Assert.Equal(7, other.Read()?.Bundle.Serial);
        // What an older version of itself has put there is mended.
        var file = Assert.Single(Directory.GetFiles(Folder));
        var seventh = File.ReadAllBytes(file);
        Keep(one, Both(8));
        File.WriteAllBytes(file, seventh);
        Keep(one, Both(8));
        Assert.Equal(8, other.Read()?.Bundle.Serial);

        static void Keep(KeptBundle kept, TrustBundle bundle) => kept.Write(bundle.ToJson(), bundle);
    }

    [Fact]
    public void A_folder_that_others_can_reach_is_refused()
    {
        Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        Assert.Contains("chmod 700", Assert.Throws<IOException>(() => Follow(Pin, Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_bundle_that_others_can_read_or_that_is_another_places_is_not_used()
    {
        WriteSigned(Both(7));
        using (var first = Follow(Pin, Folder))
            await first.LookAsync();
        var kept = Assert.Single(Directory.GetFiles(Folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        File.Delete(Place);
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using (var target = Follow(Pin, Folder))
            Assert.Equal(RejectionCode.UnknownIssuer, await target.AskAsync(StockKey, Stock));
        File.SetUnixFileMode(kept, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var elsewhere = new FollowingTarget(_temp.File("elsewhere"), _clock, new KeySet([Pin.ToVerificationKey()]), Folder);
        Assert.Null(elsewhere.State.Serial);
    }

    private static TrustBundle Both(long serial) => new(serial, Expires, [FollowingTarget.Entry(OrdersKey, Orders), FollowingTarget.Entry(StockKey, Stock)]);

    private static TrustBundle OrdersAlone(long serial) => new(serial, Expires, [FollowingTarget.Entry(OrdersKey, Orders)]);

    private FollowingTarget Follow() => new(Place, _clock);

    private FollowingTarget Follow(SigningKey pin, string? folder = null) => Follow([pin], folder);

    private FollowingTarget Follow(SigningKey[] pins, string? folder = null) =>
        new(Place, _clock, new KeySet(pins.Select(pin => pin.ToVerificationKey())), folder);

    private void WriteWorse(string kind)
    {
        switch (kind)
        {
            case "older":
                WriteSigned(OrdersAlone(6));
                break;
            case "same serial":
                WriteSigned(OrdersAlone(7));
                break;
            case "unsigned":
                Write(OrdersAlone(8).ToJson());
                break;
            case "strange signature":
                WriteSigned(OrdersAlone(8), OtherPin);
                break;
            case "another's key":
                Write(Forged($$"""{"serial":8,"expires":"2027-01-31T00:00:00Z","issuers":[{{EntryJson(Orders)}},{{EntryJson(Stock)}}]}"""));
                break;
            case "gone":
                File.Delete(Place);
                break;
            default:
                Write(kind switch { "damaged" => [.. FollowingTarget.Signed(OrdersAlone(8), Pin).AsSpan(10)], "too large" => new byte[2 * 1024 * 1024], _ => [] });
                break;
        }
    }

    // No bundle of ours could say so: each entry claims the same key.
    private static byte[] Forged(string json) => System.Text.Encoding.ASCII.GetBytes(
        Watchword.Jwt.JwtSigner.Sign(Pin, System.Text.Encoding.UTF8.GetBytes(json), SignedTrustBundle.Type));

    private static string EntryJson(string issuer) =>
        System.Text.Encoding.UTF8.GetString(TrustBundleText.WriteEntry(FollowingTarget.Entry(OrdersKey, issuer)));

    private void WriteSigned(TrustBundle bundle, SigningKey? key = null) => Write(FollowingTarget.Signed(bundle, key ?? Pin));

    // As whoever replaces a file should: under another name first.
    private void Write(byte[] document, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead)
    {
        File.WriteAllBytes(Place + ".new", document);
        File.SetUnixFileMode(Place + ".new", mode);
        File.Move(Place + ".new", Place, overwrite: true);
    }
}
