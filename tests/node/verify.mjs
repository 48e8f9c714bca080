// node verify.mjs ISSUER AUDIENCE < token
// Verifies an access token (RFC 9068) with jose alone: metadata, then keys, then the token. Prints what it found.
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // node 18 has it, but not as a global
const { createRemoteJWKSet, jwtVerify } = await import('jose');

const [issuer, audience] = process.argv.slice(2);
try {
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
  if (metadata.issuer !== issuer) throw new Error(`the metadata is of ${metadata.issuer}`);
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: 60_000 });
  const verified = await jwtVerify(readFileSync(0, 'utf8').trim(), keys, {
    issuer,
    audience,
    typ: 'at+jwt',
    requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
  });
  console.log(JSON.stringify({ header: verified.protectedHeader, claims: verified.payload }));
} catch (error) {
  console.error(error.code ?? '', error.message);
  process.exitCode = 1;
}
