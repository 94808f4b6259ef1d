import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { SHAPE_NAMES, type ShapeName } from '../../deploy/local/idp/shapes/shapes.ts'
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../deploy/local/idp/identity-provider.ts'

/** Claims that each real issuer documents, and that policies are written on. */
const DOCUMENTED: Readonly<Record<ShapeName, readonly string[]>> = {
  plain: ['sub', 'jti'],
  github: [
    'sub',
    'ref',
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'job_workflow_ref',
    'event_name',
    'run_id',
    'actor_id',
    'runner_environment',
  ],
  gitlab: ['sub', 'namespace_id', 'namespace_path', 'project_id', 'project_path', 'ref_protected'],
  kubernetes: ['sub', 'kubernetes.io', 'jti'],
  keycloak: ['sub', 'azp', 'groups', 'realm_access', 'resource_access', 'preferred_username'],
}

describe('the identity provider', () => {
  let idp: IdentityProvider
  before(async () => {
    idp = await startIdentityProvider()
  })
  after(() => idp.close())

  const order = async (body: unknown): Promise<{ status: number; token: string }> => {
    const response = await fetch(`${idp.url}/tokens`, {
      method: 'POST',
      body: JSON.stringify(body),
    })
    const answer = JSON.parse(await response.text())
    return { status: response.status, token: answer.token ?? '' }
  }

  for (const shape of SHAPE_NAMES) {
    test(`signs ${shape} tokens that its own discovery verifies`, async () => {
      const { token } = await order({ shape, realm: shape, audience: 'https://a.example' })
      const issuer = idp.issuerOf(shape)
      const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
      const found = JSON.parse(await discovery.text())
      assert.equal(found.issuer, issuer)
      const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(found.jwks_uri)), {
        issuer,
        audience: 'https://a.example',
      })
      for (const name of DOCUMENTED[shape]) assert.ok(name in payload, `${name} is missing`)
    })
  }

  for (const [claim, body, subject] of [
    [
      'a GitHub environment',
      { shape: 'github', claims: { environment: 'prod' } },
      'repo:acme/app:environment:prod',
    ],
    [
      'a GitHub pull request',
      { shape: 'github', claims: { event_name: 'pull_request' } },
      'repo:acme/app:pull_request',
    ],
    [
      'a GitHub branch',
      { shape: 'github', claims: { repository: 'acme/x', ref: 'refs/heads/dev' } },
      'repo:acme/x:ref:refs/heads/dev',
    ],
    [
      'a GitLab tag',
      { shape: 'gitlab', claims: { ref: 'v1', ref_type: 'tag' } },
      'project_path:acme/app:ref_type:tag:ref:v1',
    ],
    [
      'a Kubernetes service account',
      {
        shape: 'kubernetes',
        claims: { 'kubernetes.io': { namespace: 'n', serviceaccount: { name: 's' } } },
      },
      'system:serviceaccount:n:s',
    ],
    ['a subject of its own', { shape: 'github', claims: { sub: 'mine' } }, 'mine'],
  ] as const) {
    test(`the subject follows ${claim}`, async () => {
      const { token } = await order(body)
      assert.equal(decodeJwt(token).sub, subject)
    })
  }

  test('any claim can be set and left out, registered ones included', async () => {
    const { token } = await order({
      claims: { iss: 'https://evil.example', exp: 'soon', deep: { list: [1, null, true] } },
      without: ['sub', 'jti', 'iat', 'nbf', 'aud'],
      header: { kid: null, typ: 'at+jwt' },
    })
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')
    assert.deepEqual(JSON.parse(payload), {
      iss: 'https://evil.example',
      exp: 'soon',
      deep: { list: [1, null, true] },
    })
    assert.deepEqual(decodeProtectedHeader(token), { alg: 'RS256', typ: 'at+jwt' })
  })

  test('a lifetime may be negative', async () => {
    const { token } = await order({ lifetime: -60 })
    const { iat = 0, exp = 0 } = decodeJwt(token)
    assert.equal(exp - iat, -60)
  })

  for (const [claim, body] of [
    ['an unknown shape', { shape: 'okta' }],
    ['an unknown field', { claim: {} }],
    ['a header that does not fit the key', { header: { alg: 'HS256' } }],
  ] as const) {
    test(`${claim} is refused`, async () => {
      assert.equal((await order(body)).status, 400)
    })
  }

  test('the endpoint describes what may be asked for', async () => {
    const schema = JSON.parse(await (await fetch(`${idp.url}/tokens`)).text())
    assert.deepEqual(Object.keys(schema.properties).sort(), [
      'audience',
      'claims',
      'header',
      'lifetime',
      'realm',
      'shape',
      'without',
    ])
  })
})

describe('key rotation', () => {
  test('publish-ahead, then rolling: the new key is known before it signs', async () => {
    const idp = await startIdentityProvider()
    const first = await signingKid(idp)
    await fetch(`${idp.url}/keys/rotate`, { method: 'POST', body: '{"how":"publish-ahead"}' })
    assert.equal(await signingKid(idp), first)
    const published = await kids(idp)
    assert.equal(published.length, 2)
    await idp.rotate('rolling')
    const second = await signingKid(idp)
    assert.notEqual(second, first)
    assert.ok(second !== undefined && published.includes(second))
    assert.ok(first !== undefined && (await kids(idp)).includes(first))
    await idp.close()
  })

  test('rolling keeps keys ahead and behind', async () => {
    const idp = await startIdentityProvider({ algorithm: 'ES256', keysAhead: 2, keysBehind: 1 })
    for (let round = 0; round < 3; round += 1) {
      const published = await kids(idp)
      const { kid } = await idp.rotate()
      assert.ok(published.includes(kid))
    }
    assert.equal((await kids(idp)).length, 4)
    await idp.close()
  })

  test('abrupt: every key before is gone from the key set', async () => {
    const idp = await startIdentityProvider()
    const old = await kids(idp)
    await idp.rotate('abrupt')
    assert.deepEqual(
      (await kids(idp)).filter((kid) => old.includes(kid)),
      [],
    )
    const all = JSON.parse(await (await fetch(`${idp.url}/_double/keys`)).text())
    assert.equal(all.keys.length, 2)
    await idp.close()
  })
})

async function kids(idp: IdentityProvider): Promise<readonly string[]> {
  const { keys } = JSON.parse(await (await fetch(`${idp.url}/jwks`)).text())
  return keys.map(({ kid }: { kid: string }) => kid)
}

async function signingKid(idp: IdentityProvider): Promise<string | undefined> {
  return decodeProtectedHeader(await idp.sign()).kid
}
