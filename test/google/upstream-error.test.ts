import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upstreamError } from '../../shared/google/upstream-error.ts'

const DENIED = {
  error: {
    code: 403,
    message: "Permission 'iam.serviceAccounts.getAccessToken' denied on resource.",
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: 'iam.googleapis.com',
        metadata: { permission: 'iam.serviceAccounts.getAccessToken' },
      },
    ],
  },
}

const ROWS: readonly (readonly [body: unknown, code: string | undefined, description?: string])[] =
  [
    [{ error: 'invalid_grant', error_description: 'Why.' }, 'invalid_grant', 'Why.'],
    [{ error: 'invalid_grant', error_description: { a: 1 } }, 'invalid_grant'],
    [{ error: 'invalid_grant' }, 'invalid_grant'],
    [DENIED, 'PERMISSION_DENIED IAM_PERMISSION_DENIED iam.serviceAccounts.getAccessToken'],
    [{ error: { status: 'NOT_FOUND', message: 'Not found.' } }, 'NOT_FOUND'],
    [{ error: { status: 'NOT_FOUND', details: [null, 'x', {}] } }, 'NOT_FOUND'],
    [{ error: { status: 'A', details: [{ reason: 'B', metadata: 'x' }] } }, 'A B'],
    [{ error: { status: 'A', details: [{ reason: 'ey.J9' }] } }, 'A'],
    [{ error: 'eyJhbGciOiJSUzI1NiJ9' }, undefined],
    [{ error: 'a b' }, undefined],
    [{ error: '' }, undefined],
    [{ error: { message: 'no status' } }, undefined],
    [{}, undefined],
    [[], undefined],
    ['invalid_grant', undefined],
    [null, undefined],
    [undefined, undefined],
  ]

for (const [body, code, description] of ROWS) {
  test(`${JSON.stringify(body)?.slice(0, 70)} reads as ${code ?? 'no error'}`, () => {
    assert.deepEqual(upstreamError(body), code === undefined ? undefined : { code, description })
  })
}
