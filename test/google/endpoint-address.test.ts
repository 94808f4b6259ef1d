import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointAddress } from '../../shared/google/endpoint-address.ts'

const ACCEPTED: readonly (readonly [url: string, origin: string, basePath: string])[] = [
  ['https://sts.googleapis.com', 'https://sts.googleapis.com', ''],
  ['https://sts.googleapis.com/', 'https://sts.googleapis.com', ''],
  ['https://proxy.example.com/sts/', 'https://proxy.example.com', '/sts'],
  ['http://127.0.0.1:8082', 'http://127.0.0.1:8082', ''],
  ['http://localhost:8082/', 'http://localhost:8082', ''],
  ['http://[::1]:8082', 'http://[::1]:8082', ''],
]

for (const [url, origin, basePath] of ACCEPTED) {
  test(`${url} is an address where loopback is allowed`, () => {
    assert.deepEqual(endpointAddress('STS_URL', url, true), { origin, basePath })
  })
}

const REFUSED: readonly (readonly [url: string, allowLoopback: boolean, message: RegExp])[] = [
  ['', true, /^STS_URL: not a URL$/],
  ['sts.googleapis.com', true, /^STS_URL: (not a URL|must be https:.*)$/],
  ['http://sts.googleapis.com', true, /^STS_URL: must be https:/],
  ['http://127.0.0.1:8082', false, /^STS_URL: must be https:/],
  ['http://127.0.0.2:8082', true, /^STS_URL: must be https:/],
  ['http://localhost.example.com', true, /^STS_URL: must be https:/],
  ['http://127.0.0.1@example.com', true, /^STS_URL: must be https:/],
  ['ftp://127.0.0.1', true, /^STS_URL: must be https:/],
  ['https://user:secret@sts.googleapis.com', true, /^STS_URL: must not hold credentials$/],
  ['https://sts.googleapis.com?x=1', true, /^STS_URL: must not hold a query/],
  ['https://sts.googleapis.com#x', true, /^STS_URL: must not hold a query/],
]

for (const [url, allowLoopback, message] of REFUSED) {
  test(`${JSON.stringify(url)} is refused ${allowLoopback ? 'even' : ''} with ${allowLoopback ? '' : 'no '}loopback`, () => {
    assert.throws(() => endpointAddress('STS_URL', url, allowLoopback), { message })
  })
}
