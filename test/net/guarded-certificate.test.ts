import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { guardedGet, type GuardedGetOptions } from '../../shared/net/guarded-fetch.ts'
import { createAuthority } from '../support/certificates.ts'
import { serve } from '../support/loopback-server.ts'

const OPTIONS: GuardedGetOptions = {
  network: 'public',
  allowLoopback: true,
  accept: 'application/json',
}

const answerJson: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}')

const authority = createAuthority()
after(() => authority.remove())

test('a certificate counts by its authority and its name', async () => {
  const stranger = createAuthority()
  const folder = mkdtempSync(join(tmpdir(), 'ca-'))
  const empty = join(folder, 'empty.pem')
  writeFileSync(empty, '')
  await using good = await serve(answerJson, authority.issue('DNS:localhost'))
  await using misnamed = await serve(answerJson, authority.issue('DNS:idp.example'))
  try {
    const { caFile } = authority
    assert.equal((await guardedGet(good.origin, { ...OPTIONS, caFile })).text, '{}')
    const rows = [
      [good.origin, undefined, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/],
      [good.origin, stranger.caFile, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/],
      [good.origin, empty, /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/],
      [good.origin, join(folder, 'absent.pem'), /^FetchRefused: the caFile cannot be read$/],
      [misnamed.origin, caFile, /ERR_TLS_CERT_ALTNAME_INVALID/],
      [`https://127.0.0.1:${good.port}/`, caFile, /ERR_TLS_CERT_ALTNAME_INVALID/],
    ] as const
    for (const [url, authorityFile, text] of rows) {
      await assert.rejects(guardedGet(url, { ...OPTIONS, caFile: authorityFile }), text)
    }
  } finally {
    stranger.remove()
    rmSync(folder, { recursive: true })
  }
})

test('certificates are verified even where the environment says otherwise', async () => {
  await using server = await serve(answerJson, authority.issue('DNS:localhost'))
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    await assert.rejects(guardedGet(server.origin, OPTIONS), /UNABLE_TO/)
  } finally {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }
})
