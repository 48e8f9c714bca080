// node sign.mjs ALGORITHM < payload
// Makes a key with jose alone and signs the payload with it. Prints the public key and the compact JWS.
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // node 18 has it, but not as a global
const { CompactSign, exportJWK, generateKeyPair } = await import('jose');

const alg = process.argv[2];
const { publicKey, privateKey } = await generateKeyPair(alg);
const token = await new CompactSign(readFileSync(0)).setProtectedHeader({ alg }).sign(privateKey);
console.log(JSON.stringify({ key: { ...(await exportJWK(publicKey)), alg }, token }));
