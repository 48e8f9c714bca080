// node encrypt.mjs < cases
// For each case (one JSON object a line: token, alg, enc, kid, key) decrypts the token with jose alone, and encrypts its content anew.
// Prints one line for each: the new token.
import { createInterface } from 'node:readline';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // node 18 has it, but not as a global
const { compactDecrypt, CompactEncrypt, importJWK } = await import('jose');

function publicHalf({ d, p, q, dp, dq, qi, ...half }) {
  return half;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { token, alg, enc, kid, key } = JSON.parse(line);
  // For dir, the JWK's alg is the content encryption, which jose wants said so.
  const own = await importJWK({ ...key, alg: undefined, use: undefined }, alg === 'dir' ? enc : alg);
  const decrypted = await compactDecrypt(token, own, { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] });
  const other = key.kty === 'oct' ? own : await importJWK({ ...publicHalf(key), alg: undefined, use: undefined }, alg);
  console.log(await new CompactEncrypt(decrypted.plaintext).setProtectedHeader({ alg, enc, kid }).encrypt(other));
}
