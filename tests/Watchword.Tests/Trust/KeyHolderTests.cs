// Who holds keys is told to the issuer that asks, with each fetch of its key set, and to nobody else.
using System.Text.RegularExpressions;
using Watchword.Keys;
using Watchword.Trust;

namespace Watchword.Tests.Trust;

public sealed partial class KeyHolderTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("1", false)]
    [InlineData("\"true\"", false)]
    [InlineData("null", false)]
    public async Task It_is_sent_only_where_the_metadata_ask_for_it(string member, bool asked)
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        Assert.Equal(asked, await HeaderAsync(issuer, $"{issuer.Url}/keys", $",\"watchword_key_holders\":{member}", "https://billing") is not null);
        Assert.Null(await HeaderAsync(issuer, $"{issuer.Url}/keys", "", "https://billing"));
    }

    [Fact]
    public async Task It_says_resource_instance_and_version_as_a_dictionary_of_strings()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        var first = await HeaderAsync(issuer, $"{issuer.Url}/keys", ",\"watchword_key_holders\":true", "https://billing");
        Assert.Matches(Shape(), first);
        Assert.StartsWith("resource=\"https://billing\", ", first, StringComparison.Ordinal);
        Assert.Equal(first, await HeaderAsync(issuer, $"{issuer.Url}/keys", ",\"watchword_key_holders\":true", "https://billing"));
    }

    [Fact]
    public async Task It_is_not_sent_to_another_place_than_the_issuers_own()
    {
        await using var issuer = await PublishingIssuer.StartAsync();
        await using var elsewhere = await PublishingIssuer.StartAsync();
        Assert.Null(await HeaderAsync(issuer, $"{elsewhere.Url}/keys", ",\"watchword_key_holders\":true", "https://billing", elsewhere));
    }

    [Theory]
    [InlineData("https://billing", true)]
    [InlineData("a \"quoted\" \\ name", true)]
    [InlineData(null, false)]
    [InlineData("https://r\u00e9sum\u00e9", false)]
    [InlineData("a\r\nX-Evil: 1", false)]
    [InlineData("tab\t", false)]
    [InlineData("\u007f", false)]
    public void A_name_that_does_not_fit_into_a_header_is_not_told(string? resource, bool told)
    {
        var text = KeyHolder.Describe(resource);
        Assert.Equal(told, text is not null);
        if (text is not null)
            Assert.Matches(Shape(), text);
    }

    [Fact]
    public void It_has_512_characters_at_most()
    {
        Assert.InRange(KeyHolder.Describe(new string('r', 420))!.Length, 420, 512);
        Assert.Null(KeyHolder.Describe(new string('r', 500)));
        Assert.Null(KeyHolder.Describe(new string('"', 300)));
    }

    private static async Task<string?> HeaderAsync(PublishingIssuer issuer, string place, string more, string resource, PublishingIssuer? holder = null)
    {
        string? seen = null;
        string? seenWithMetadata = null;
        issuer.AnswerMetadataBy(context =>
        {
            seenWithMetadata ??= context.Request.Headers[KeyHolder.Header];
            return PublishingIssuer.JsonAsync(context, $$"""{"issuer":"{{issuer.Url}}","jwks_uri":"{{place}}"{{more}}}""");
        });
        var keys = System.Text.Encoding.UTF8.GetString(new KeySet([issuer.Key.ToVerificationKey()]).ToJson());
        (holder ?? issuer).AnswerKeysBy(context =>
        {
            seen = context.Request.Headers[KeyHolder.Header];
            return PublishingIssuer.JsonAsync(context, keys);
        });
        using var fetcher = FetchingTarget.Fetcher(TimeProvider.System);
        using var set = new RemoteKeySet(issuer.Url, fetcher, new RemoteKeySetOptions { Resource = resource }, TimeProvider.System);
        set.Start();
        await FetchingTarget.UntilAsync(() => set.Current.Keys.Count == 1);
        Assert.Null(seenWithMetadata);
        return seen;
    }

    [GeneratedRegex("""^resource="([ !#-\[\]-~]|\\["\\])+", instance="[A-Za-z0-9_-]{22}", version="\d+\.\d+\.\d+"$""")]
    private static partial Regex Shape();
}
