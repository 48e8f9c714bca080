// node provider.mjs
// An issuer that is not ours: oidc-provider on a free port, set up as its documentation says for JWT access tokens (RFC 9068) by resource
// indicator. Client orders, secret "secret", may ask for https://billing (ES256) and https://shipping (RS256). Prints its URL once it listens.
import { createServer } from 'node:http';
import { generateKeyPairSync, webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto; // node 18 has it, but not as a global
const { default: Provider } = await import('oidc-provider');

const resources = { 'https://billing': 'ES256', 'https://shipping': 'RS256' };
const keys = [
  { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' },
  { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' },
];

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [{ client_id: 'orders', client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    jwks: { keys },
    scopes: ['invoices:read'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'invoices:read',
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: resources[resource] } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(url);
});
