import assert from 'node:assert/strict'
import type { HttpAnswer } from './http-client.ts'

/** Headers of every answer, whatever it is. */
export function assertSafeHeaders({ headers }: HttpAnswer): void {
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['content-type'], 'application/json')
  for (const name of ['etag', 'x-powered-by', 'server', 'access-control-allow-origin']) {
    assert.equal(headers[name], undefined, name)
  }
}
