// jose and fast-jwt in a process of their own: reads a task a line and answers how many nanoseconds it took.
import { createInterface } from 'node:readline'
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import { SignJWT, jwtVerify } from 'jose'
import { createSigner, createVerifier } from 'fast-jwt'

let contenders

function prepare({ alg, kid, key, secret, token, issuer, audience, payload }) {
  const privateKey = secret ? createSecretKey(Buffer.from(secret, 'base64')) : createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = secret ? privateKey : createPublicKey(privateKey)
  const pem = (k, type) => secret ? Buffer.from(secret, 'base64') : k.export({ format: 'pem', type })
  const rules = { issuer, audience, typ: 'at+jwt', algorithms: [alg] }
  const fastRules = { key: pem(publicKey, 'spki'), algorithms: [alg], allowedIss: issuer, allowedAud: audience, checkTyp: 'at+jwt' }
  const verifyFast = createVerifier({ ...fastRules, cache: false })
  const verifyCached = createVerifier({ ...fastRules, cache: true })
  const signFast = createSigner({ algorithm: alg, key: pem(privateKey, 'pkcs8'), kid, noTimestamp: true, header: { typ: 'at+jwt' } })
  contenders = {
    'jose verify': async () => (await jwtVerify(token, publicKey, rules)).payload.scope.length,
    'jose sign': async () => (await new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'at+jwt' }).sign(privateKey)).length,
    'fast-jwt verify': () => verifyFast(token).scope.length,
    'fast-jwt repeated': () => verifyCached(token).scope.length,
    'fast-jwt sign': () => signFast(payload).length,
  }
}

async function time({ run, count }) {
  const contender = contenders[run]
  const start = process.hrtime.bigint()
  if (run.startsWith('jose'))
    for (let i = 0; i < count; i++) await contender()
  else
    for (let i = 0; i < count; i++) contender()
  return Number(process.hrtime.bigint() - start)
}

for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line)
  if (task.alg) prepare(task)
  process.stdout.write(`${task.alg ? 0 : await time(task)}\n`)
}
