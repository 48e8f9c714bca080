// What resources registered to have their tokens encrypted, on both databases alike.
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;
using Watchword.Jwe;

namespace Watchword.Tests.Contract;

public abstract class EncryptionContract : RotationContract
{
    private const string Billing = "https://billing";
    private static readonly ResourceEncryption ByUrl = EncryptionRules.Check(null, "https://billing/keys", null);

    [Fact]
    public async Task Encryption_is_set_replaced_and_cleared()
    {
        await using var stores = await OpenAsync();
        var caller = await stores.AddCallerAsync();
        await stores.Resources.CreateAsync("https://stock", [], null, null, default);
        using var key = DecryptionKey.Generate(KeyManagementAlgorithm.EcdhEs);
        var byKey = EncryptionRules.Check(Issuer.EncryptedResource.PublicJson(key), null, "A128CBC-HS256");

        Assert.Null((await stores.Authenticator.AuthenticateAsync(caller, null, default)).Caller!.Grants[Billing].Encryption);
        foreach (var encryption in new[] { ByUrl, byKey, ByUrl })
        {
            await stores.Encryptions.SetAsync(Billing, encryption, default);
            Assert.Equal(encryption, (await stores.Resources.GetAsync(Billing, default)).Encryption);
            Assert.Equal(encryption, (await stores.Resources.ListAsync(default))[0].Encryption);
            Assert.Equal(encryption, (await stores.Authenticator.AuthenticateAsync(caller, null, default)).Caller!.Grants[Billing].Encryption);
        }
        Assert.Null((await stores.Resources.GetAsync("https://stock", default)).Encryption);
        Assert.Equal(["invoices:read", "invoices:write"], (await stores.Resources.GetAsync(Billing, default)).Scopes);

        await stores.Encryptions.ClearAsync(Billing, default);
        Assert.Null((await stores.Resources.GetAsync(Billing, default)).Encryption);
        Assert.Null((await stores.Authenticator.AuthenticateAsync(caller, null, default)).Caller!.Grants[Billing].Encryption);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_set_or_cleared()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        foreach (var (name, work) in new (string, Func<Task>)[]
        {
            ("'https://stock'", () => stores.Encryptions.SetAsync("https://stock", ByUrl, default)),
            ("'https://stock'", () => stores.Encryptions.ClearAsync("https://stock", default)),
            ("not encrypted", () => stores.Encryptions.ClearAsync(Billing, default)),
        })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(work);
            Assert.Equal(Refusal.NotFound, refused.Refusal);
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Deleting_a_resource_takes_its_encryption()
    {
        await using var stores = await OpenAsync();
        await stores.AddCallerAsync();
        await stores.Encryptions.SetAsync(Billing, ByUrl, default);
        await stores.Resources.DeleteAsync(Billing, default);
        Assert.Equal(0, await stores.CountAsync("SELECT COUNT(*) FROM resource_encryption"));
    }

    [Theory]
    [InlineData("UPDATE resource_encryption SET enc = 'none'")]
    [InlineData("UPDATE resource_encryption SET enc = ''")]
    public async Task An_encryption_that_is_not_known_is_never_taken_for_none(string sabotage)
    {
        await using var stores = await OpenAsync();
        var caller = await stores.AddCallerAsync();
        await stores.Encryptions.SetAsync(Billing, ByUrl, default);
        await stores.ExecuteAsync(sabotage);
        await Assert.ThrowsAsync<StorageException>(async () => await stores.Authenticator.AuthenticateAsync(caller, null, default));
        await Assert.ThrowsAsync<StorageException>(() => stores.Resources.GetAsync(Billing, default));
    }
}
