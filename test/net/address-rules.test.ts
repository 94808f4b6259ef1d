import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopbackHost, kindOfAddress, mayConnect } from '../../shared/net/address-rules.ts'

const KINDS = {
  public: [
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '64:ff9b::8.8.8.8',
  ],
  private: [
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    'fc00::1',
    'fdff::1',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::192.168.0.1',
  ],
  loopback: ['127.0.0.1', '::1'],
  forbidden: [
    '0.0.0.0',
    '0.1.2.3',
    '127.0.0.2',
    '127.255.255.255',
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '255.255.255.255',
    '::',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0.0.0.0',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::10.0.0.1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a00:1::',
    '3fff::1',
    '4000::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1111%eth0',
    'fc00::1%1',
    'fec0::1',
    'ff02::1',
    'localhost',
    '',
    '8.8.8.8:443',
    '0x8080808',
  ],
} as const

test('every address is of one kind, its IPv4-carrying forms included', () => {
  for (const [kind, addresses] of Object.entries(KINDS)) {
    for (const address of addresses) assert.equal(kindOfAddress(address), kind, address)
  }
})

test('what may be connected to depends on the network and on the host alone', () => {
  const rows = [
    // network, loopback host, public, private, loopback, forbidden
    ['public', false, true, false, false, false],
    ['private', false, true, true, false, false],
    ['public', true, false, false, true, false],
    ['private', true, false, false, true, false],
  ] as const
  for (const [network, loopback, ...expected] of rows) {
    const found = ['8.8.8.8', '10.0.0.1', '127.0.0.1', '169.254.169.254'].map((address) =>
      mayConnect(address, { network, loopback }),
    )
    assert.deepEqual(found, expected, `${network} ${loopback}`)
  }
})

test('three names alone are loopback hosts', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]']) assert.ok(isLoopbackHost(host), host)
  const others = ['127.0.0.2', 'localhost.', 'localhost.evil.example', '[::ffff:7f00:1]', '0.0.0.0']
  for (const host of others) assert.ok(!isLoopbackHost(host), host)
})
