import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { addressKey, clientAddress } from '../../shared/http/client-address.ts'

const SOCKET = '198.51.100.9'

function from(forwarded: string | undefined, remoteAddress: string | undefined = SOCKET) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage
}

const rows: readonly (readonly [
  claim: string,
  header: string | undefined,
  hops: number,
  address: string,
])[] = [
  ['no header: the socket', undefined, 1, SOCKET],
  ['no proxy of ours: the header is the caller’s word', '203.0.113.7', 0, SOCKET],
  ['one proxy: the right-most entry', '8.8.8.8, 203.0.113.7', 1, '203.0.113.7'],
  [
    'what the caller wrote in front is not looked at',
    '1.1.1.1,2.2.2.2,203.0.113.7',
    1,
    '203.0.113.7',
  ],
  ['two proxies: the second from the right', '8.8.8.8, 203.0.113.7, 192.0.2.1', 2, '203.0.113.7'],
  ['as many entries as hops', '203.0.113.7, 192.0.2.1', 2, '203.0.113.7'],
  ['fewer entries than hops: the socket', '203.0.113.7', 2, SOCKET],
  ['fewer by two', '203.0.113.7', 3, SOCKET],
  ['an entry that is no address: the socket', '8.8.8.8, unknown', 1, SOCKET],
  ['an empty entry', '8.8.8.8,', 1, SOCKET],
  ['an empty header', '', 1, SOCKET],
  ['only commas', ',,,', 2, SOCKET],
  ['IPv6', '2001:db8::1', 1, '2001:db8::1'],
  ['IPv4 with a port', '203.0.113.7:4711', 1, '203.0.113.7'],
  ['IPv6 with a port', '[2001:db8::1]:4711', 1, '2001:db8::1'],
  ['IPv4 in IPv6 notation', '::ffff:203.0.113.7', 1, '203.0.113.7'],
]

for (const [claim, header, hops, address] of rows) {
  test(`${claim}: ${header} by ${hops}`, () => {
    assert.equal(clientAddress(from(header), hops), address)
  })
}

test('a dual-stack socket reports IPv4 as IPv4', () => {
  assert.equal(clientAddress(from(undefined, '::ffff:192.0.2.7'), 1), '192.0.2.7')
})

test('a header of 16 KiB costs no more than its end', () => {
  const header = `${'1.1.1.1,'.repeat(2_000)}203.0.113.7`
  assert.equal(clientAddress(from(header), 1), '203.0.113.7')
})

test('limits count an IPv6 customer by /64, an IPv4 one by address', () => {
  const keys = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:db8:1:3::1', '192.0.2.1'].map(
    addressKey,
  )
  assert.equal(keys[0], keys[1])
  assert.notEqual(keys[0], keys[2])
  assert.equal(keys[3], '192.0.2.1')
})
