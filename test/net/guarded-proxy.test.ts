import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { serve } from '../support/loopback-server.ts'

const FETCH = new URL('../../shared/net/guarded-fetch.ts', import.meta.url).href
const asking = (url: string): string => `
  import http from 'node:http'
  import { guardedGet } from ${JSON.stringify(FETCH)}
  const options = { network: 'public', allowLoopback: true, accept: 'application/json' }
  console.log((await guardedGet(${JSON.stringify(url)}, options)).text)
  http.get(${JSON.stringify(url)}, (answer) => answer.pipe(process.stdout))`

test('no proxy that the environment names is used, where the process itself would', async () => {
  await using server = await serve((_, response) => response.end('"from the server"'))
  await using proxy = await serve((_, response) => response.end('"from the proxy"'))
  const env = {
    PATH: process.env['PATH'],
    NODE_USE_ENV_PROXY: '1',
    HTTP_PROXY: proxy.origin,
    HTTPS_PROXY: proxy.origin,
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', asking(server.origin)],
    { env, timeout: 10_000 },
  )
  assert.deepEqual(stdout.trim().split('\n'), ['"from the server"', '"from the proxy"'])
})
