import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceOf } from '../../shared/http/trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const none = { traceId: undefined, spanId: undefined }

const rows: readonly (readonly [string, Record<string, string>, ReturnType<typeof traceOf>])[] = [
  ['traceparent', { traceparent: `00-${TRACE}-${SPAN}-01` }, { traceId: TRACE, spanId: SPAN }],
  [
    'a later version',
    { traceparent: `01-${TRACE}-${SPAN}-01-x` },
    { traceId: TRACE, spanId: SPAN },
  ],
  ['version ff', { traceparent: `ff-${TRACE}-${SPAN}-01` }, none],
  ['all zeros', { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01` }, none],
  ['no span', { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` }, none],
  ['a line break', { traceparent: `00-${TRACE}\n-${SPAN}-01` }, none],
  [
    'Google’s header, the span in decimal',
    { 'x-cloud-trace-context': `${TRACE}/67667974448284343;o=1` },
    { traceId: TRACE, spanId: SPAN },
  ],
  ['without a span', { 'x-cloud-trace-context': TRACE }, { traceId: TRACE, spanId: undefined }],
  [
    'a span beyond 64 bits',
    { 'x-cloud-trace-context': `${TRACE}/99999999999999999999` },
    { traceId: TRACE, spanId: undefined },
  ],
  ['anything else', { 'x-cloud-trace-context': '"},{"severity":"INFO"' }, none],
  ['no header', {}, none],
]

for (const [claim, headers, trace] of rows) {
  test(`${claim}: ${JSON.stringify(headers)}`, () => assert.deepEqual(traceOf(headers), trace))
}

test('traceparent goes before Google’s header', () => {
  const other = 'a'.repeat(32)
  const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, 'x-cloud-trace-context': `${other}/1` }
  assert.equal(traceOf(headers).traceId, TRACE)
})
