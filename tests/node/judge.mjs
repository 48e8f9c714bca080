// node judge.mjs < lines
// The first line is {"keys", "secret", "issuer", "audience"}; each line after it a JSON string, a token. Answers each with one line:
// accepted, or the code of jose's refusal. jose is set up as its documentation says for access tokens (RFC 9068).
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // node 18 has it, but not as a global
const { base64url, createLocalJWKSet, jwtVerify } = await import('jose');

let keyFor, options;
for await (const line of createInterface({ input: process.stdin })) {
  const read = JSON.parse(line);
  if (!options) {
    const published = createLocalJWKSet({ keys: read.keys });
    const secret = base64url.decode(read.secret);
    keyFor = (header, token) => (header.alg === 'HS256' && (header.kid ?? 'oct') === 'oct' ? secret : published(header, token));
    options = {
      issuer: read.issuer,
      audience: read.audience,
      typ: 'at+jwt',
      algorithms: ['HS256', 'RS256', 'ES256'],
      requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
      clockTolerance: 30,
    };
    continue;
  }
  try {
    await jwtVerify(read, keyFor, options);
    console.log('accepted');
  } catch (error) {
    console.log(error.code ?? error.name);
  }
}
