import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRunQuery } from '../../../shared/audit/store/bigquery/run-query.ts'
import { Secret } from '../../../shared/domain/secret.ts'
import { inTurn, json, record, text, type Reply } from '../../support/recording-server.ts'

const DRY = json(200, { totalBytesProcessed: '5' })
const LATE = json(200, { jobComplete: false, jobReference: { jobId: 'j', location: 'EU' } })
const ANSWERS: readonly (readonly [what: string, reply: Reply, message: string])[] = [
  ['no JSON', text(200, 'text/html', '<p>ya29.x'), 'bigquery: an answer that is not JSON'],
  ['another form', json(200, { rows: 'ya29.x' }), 'bigquery: an answer of another form'],
  ['no figure', json(200, {}), 'bigquery: a dry run without a figure'],
  ['a denial', json(401, { error: { message: 'ya29.x' } }), 'bigquery: status 401'],
  ['a redirect', text(302, 'text/plain', ''), 'bigquery: no answer'],
  ['no end', inTurn(DRY, LATE), 'bigquery: the query did not end in time'],
  ['no job', inTurn(DRY, json(200, {})), 'bigquery: an answer without its job'],
  [
    'a short row',
    inTurn(
      DRY,
      json(200, { jobComplete: true, schema: { fields: [] }, rows: [{ f: [{ v: '1' }] }] }),
    ),
    'bigquery: a row of another length',
  ],
]

for (const [what, reply, message] of ANSWERS) {
  test(`an answer with ${what} ends in a constant line`, async () => {
    await using google = await record()
    google.replyWith((response, request, nth) => {
      response.setHeader('location', '/elsewhere')
      reply(response, request, nth)
    })
    const run = createRunQuery({
      project: 'acme-audit',
      endpoint: google.origin,
      accessToken: () => Promise.resolve(new Secret('access token', 'ya29.own')),
      fetch,
      maximumBytes: 10,
    })
    await assert.rejects(run('SELECT 1', {}).next(), (error: Error) => {
      assert.deepEqual([error.message, error.cause], [message, undefined])
      return true
    })
    assert.ok(google.requests.every(({ path }) => path.startsWith('/bigquery/v2/')))
  })
}
