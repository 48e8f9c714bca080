// How the admin API spells what it answers. Times are RFC 3339 in UTC, durations whole seconds; what is not there is left out.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Watchword.Issuer.Clients;
using Watchword.Issuer.Resources;
using Watchword.Issuer.Storage;

namespace Watchword.Issuer.Admin;

internal static class AdminJson
{
    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> members)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        using (var json = new Utf8JsonWriter(response.BodyWriter))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    public static Task WriteListAsync<T>(HttpContext context, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members) =>
        WriteAsync(context, StatusCodes.Status200OK, json => WriteList(json, name, items, members));

    public static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteResource(Utf8JsonWriter json, Resource resource)
    {
        json.WriteString("resource", resource.Identifier);
        WriteTexts(json, "scopes", resource.Scopes);
        json.WriteNumber("token_lifetime", (long)resource.TokenLifetime.TotalSeconds);
        json.WriteString("algorithm", resource.Algorithm.Name);
        WriteTime(json, "created", resource.Created);
    }

    public static void WriteEncryption(Utf8JsonWriter json, ResourceEncryption encryption, FoundKey found)
    {
        json.WriteStartObject("encryption");
        if (encryption.Url is { } url) json.WriteString("url", url);
        if (encryption.Jwk is { } jwk)
        {
            json.WritePropertyName("jwk");
            json.WriteRawValue(jwk);
        }
        json.WriteString("enc", encryption.Content.Name);
        if (found.Key is { } key)
        {
            json.WriteString("alg", key.Algorithm.Name);
            if (key.KeyId is { } kid) json.WriteString("kid", kid);
        }
        if (found.Fault is { } fault) json.WriteString("warning", fault);
        json.WriteEndObject();
    }

    public static void WriteClient(Utf8JsonWriter json, Client client)
    {
        json.WriteString("client_id", client.ClientId);
        WriteTime(json, "created", client.Created);
        json.WriteBoolean("disabled", client.Disabled);
    }

    public static void WriteCredential(Utf8JsonWriter json, Credential credential)
    {
        json.WriteString("credential_id", credential.CredentialId);
        json.WriteString("name", credential.Name);
        WriteTime(json, "created", credential.Created);
        WriteTime(json, "expires", credential.Expires);
        WriteTime(json, "last_used", credential.LastUsed);
        if (credential.LastUsedFrom is { } from) json.WriteString("last_used_from", from);
        WriteTime(json, "revoked", credential.Revoked);
    }

    public static void WriteGrant(Utf8JsonWriter json, Grant grant)
    {
        json.WriteString("resource", grant.Resource);
        WriteTexts(json, "scopes", grant.Scopes);
    }

    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value)
            json.WriteString(name, TimeText.Utc(value));
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
