// One JavaScript server under load: node server.mjs bare|fast-jwt|jose ALGORITHM ISSUER KEYFILE; prints its URL once it listens.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [kind, algorithm, issuer, keyFile] = process.argv.slice(2);
const audience = 'https://billing.internal.example';
const scope = 'invoices:read';
const verify = await verifier();

const server = createServer(async (request, response) => {
  try {
    const claims = await verify(request.headers.authorization?.slice('Bearer '.length));
    response.statusCode = claims.scope.split(' ').includes(scope) ? 200 : 403;
  } catch {
    response.statusCode = 401;
  }
  response.end('ok');
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));

async function verifier() {
  if (kind === 'bare') return () => ({ scope });
  const key = createPublicKey({ key: JSON.parse(readFileSync(keyFile, 'utf8')), format: 'jwk' });
  if (kind === 'fast-jwt') {
    const { createVerifier } = await import('fast-jwt');
    return createVerifier({
      key: key.export({ type: 'spki', format: 'pem' }), algorithms: [algorithm], allowedIss: issuer, allowedAud: audience, checkTyp: 'at+jwt', cache: 10000,
    });
  }
  const { jwtVerify } = await import('jose');
  return async token => (await jwtVerify(token, key, { algorithms: [algorithm], issuer, audience, typ: 'at+jwt' })).payload;
}
