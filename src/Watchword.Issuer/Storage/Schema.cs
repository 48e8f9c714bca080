// The tables, as numbered steps. TEXT, BIGINT and nothing else: bytes are base64url text, times Unix milliseconds, truth 0 and 1.
namespace Watchword.Issuer.Storage;

internal static class Schema
{
    /// <summary>Step n brings a database from version n-1 to n. A released step is never changed.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Steps { get; } =
        [[.. Keys, .. Resources, .. Clients, .. Grants], Encryption, Rotation, Replacement, Trust];

    private static string[] Keys =>
    [
        """
        CREATE TABLE data_key (
          purpose TEXT NOT NULL,
          version BIGINT NOT NULL,
          box TEXT NOT NULL,
          created BIGINT NOT NULL,
          PRIMARY KEY (purpose, version))
        """,
        """
        CREATE TABLE signing_key (
          kid TEXT NOT NULL PRIMARY KEY,
          algorithm TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('active', 'standby')),
          data_key BIGINT NOT NULL,
          box TEXT NOT NULL,
          created BIGINT NOT NULL,
          activated BIGINT)
        """,
        "CREATE UNIQUE INDEX signing_key_active ON signing_key (algorithm) WHERE state = 'active'",
        "CREATE UNIQUE INDEX signing_key_standby ON signing_key (algorithm) WHERE state = 'standby'",
    ];

    private static string[] Resources =>
    [
        """
        CREATE TABLE resource (
          resource TEXT NOT NULL PRIMARY KEY,
          lifetime BIGINT NOT NULL,
          algorithm TEXT NOT NULL,
          created BIGINT NOT NULL)
        """,
        """
        CREATE TABLE resource_scope (
          resource TEXT NOT NULL REFERENCES resource (resource) ON DELETE CASCADE,
          scope TEXT NOT NULL,
          PRIMARY KEY (resource, scope))
        """,
        """
        CREATE TABLE shared_secret (
          kid TEXT NOT NULL PRIMARY KEY,
          resource TEXT NOT NULL UNIQUE REFERENCES resource (resource) ON DELETE CASCADE,
          data_key BIGINT NOT NULL,
          box TEXT NOT NULL,
          created BIGINT NOT NULL)
        """,
    ];

    private static string[] Clients =>
    [
        "CREATE TABLE client (client_id TEXT NOT NULL PRIMARY KEY, disabled BIGINT NOT NULL, created BIGINT NOT NULL)",
        """
        CREATE TABLE credential (
          credential_id TEXT NOT NULL PRIMARY KEY,
          client_id TEXT NOT NULL REFERENCES client (client_id) ON DELETE CASCADE,
          name TEXT NOT NULL,
          data_key BIGINT NOT NULL,
          hash TEXT NOT NULL,
          created BIGINT NOT NULL,
          expires BIGINT,
          last_used BIGINT,
          revoked BIGINT)
        """,
        "CREATE INDEX credential_client ON credential (client_id)",
    ];

    private static string[] Grants =>
    [
        """
        CREATE TABLE client_grant (
          client_id TEXT NOT NULL REFERENCES client (client_id) ON DELETE CASCADE,
          resource TEXT NOT NULL REFERENCES resource (resource) ON DELETE CASCADE,
          created BIGINT NOT NULL,
          PRIMARY KEY (client_id, resource))
        """,
        "CREATE INDEX client_grant_resource ON client_grant (resource)",
        """
        CREATE TABLE grant_scope (
          client_id TEXT NOT NULL,
          resource TEXT NOT NULL,
          scope TEXT NOT NULL,
          PRIMARY KEY (client_id, resource, scope),
          FOREIGN KEY (client_id, resource) REFERENCES client_grant (client_id, resource) ON DELETE CASCADE,
          FOREIGN KEY (resource, scope) REFERENCES resource_scope (resource, scope) ON DELETE CASCADE)
        """,
        "CREATE INDEX grant_scope_resource ON grant_scope (resource, scope)",
        """
        CREATE TABLE client_usage (
          client_id TEXT NOT NULL REFERENCES client (client_id) ON DELETE CASCADE,
          resource TEXT NOT NULL REFERENCES resource (resource) ON DELETE CASCADE,
          tokens BIGINT NOT NULL,
          last_used BIGINT NOT NULL,
          PRIMARY KEY (client_id, resource))
        """,
        "CREATE INDEX client_usage_resource ON client_usage (resource)",
    ];

    private static string[] Encryption =>
    [
        """
        CREATE TABLE resource_encryption (
          resource TEXT NOT NULL PRIMARY KEY REFERENCES resource (resource) ON DELETE CASCADE,
          jwk TEXT,
          url TEXT,
          enc TEXT NOT NULL,
          created BIGINT NOT NULL,
          CHECK ((jwk IS NULL) <> (url IS NULL)))
        """,
    ];

    // SQLite cannot change a CHECK, so the table is made anew. A key's number says which of two is newer, whatever the clock did.
    private static string[] Rotation =>
    [
        "ALTER TABLE signing_key RENAME TO signing_key_2",
        "DROP INDEX signing_key_active",
        "DROP INDEX signing_key_standby",
        """
        CREATE TABLE signing_key (
          kid TEXT NOT NULL PRIMARY KEY,
          number BIGINT NOT NULL UNIQUE,
          algorithm TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('standby', 'active', 'retired', 'revoked')),
          data_key BIGINT NOT NULL,
          box TEXT,
          created BIGINT NOT NULL,
          activated BIGINT,
          retired BIGINT,
          revoked BIGINT,
          reason TEXT,
          CHECK ((box IS NULL) = (state = 'revoked')))
        """,
        """
        INSERT INTO signing_key (kid, number, algorithm, state, data_key, box, created, activated)
        SELECT kid, ROW_NUMBER() OVER (ORDER BY created, kid), algorithm, state, data_key, box, created, activated FROM signing_key_2
        """,
        "DROP TABLE signing_key_2",
        "CREATE UNIQUE INDEX signing_key_active ON signing_key (algorithm) WHERE state = 'active'",
        "CREATE UNIQUE INDEX signing_key_standby ON signing_key (algorithm) WHERE state = 'standby'",
        """
        CREATE TABLE key_holder (
          resource TEXT NOT NULL REFERENCES resource (resource) ON DELETE CASCADE,
          instance TEXT NOT NULL,
          version TEXT NOT NULL,
          served BIGINT NOT NULL,
          seen BIGINT NOT NULL,
          PRIMARY KEY (resource, instance))
        """,
    ];

    // A table is made anew where a constraint has to go.
    private static string[] Replacement =>
    [
        "ALTER TABLE shared_secret RENAME TO former_shared_secret",
        """
        CREATE TABLE shared_secret (
          kid TEXT NOT NULL PRIMARY KEY,
          resource TEXT NOT NULL REFERENCES resource (resource) ON DELETE CASCADE,
          state TEXT NOT NULL CHECK (state IN ('active', 'standby', 'retired', 'revoked')),
          data_key BIGINT NOT NULL,
          box TEXT,
          created BIGINT NOT NULL,
          activated BIGINT,
          retired BIGINT,
          revoked BIGINT)
        """,
        """
        INSERT INTO shared_secret (kid, resource, state, data_key, box, created, activated)
        SELECT kid, resource, 'active', data_key, box, created, created FROM former_shared_secret
        """,
        "DROP TABLE former_shared_secret",
        "CREATE INDEX shared_secret_resource ON shared_secret (resource)",
        "CREATE UNIQUE INDEX shared_secret_active ON shared_secret (resource) WHERE state = 'active'",
        "CREATE UNIQUE INDEX shared_secret_standby ON shared_secret (resource) WHERE state = 'standby'",
        "ALTER TABLE credential ADD COLUMN last_used_from TEXT",
        "CREATE INDEX credential_expires ON credential (expires) WHERE expires IS NOT NULL AND revoked IS NULL",
    ];

    private static string[] Trust =>
    [
        "CREATE TABLE trusted_issuer (issuer TEXT NOT NULL PRIMARY KEY, entry TEXT NOT NULL)",
        """
        CREATE TABLE trust_bundle (
          kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('published', 'draft')),
          serial BIGINT NOT NULL,
          expires BIGINT NOT NULL,
          made BIGINT NOT NULL,
          signed BIGINT NOT NULL,
          lags BIGINT NOT NULL,
          document TEXT NOT NULL)
        """,
    ];
}
