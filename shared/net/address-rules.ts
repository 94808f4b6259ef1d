import { BlockList, isIP } from 'node:net'

/** What an address is good for; `forbidden` is never connected to, whatever the settings say. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden'

/** Which addresses one fetch may reach. */
export interface Reach {
  /** `private` permits private addresses beside public ones. */
  readonly network: 'public' | 'private'
  /** Whether the URL names a loopback host and loopback is permitted: then nothing else will do. */
  readonly loopback: boolean
}

type Block = readonly [network: string, prefix: number]

/** Special-purpose IPv4 networks (RFC 6890, IANA's registry) and clouds' metadata services. */
const FORBIDDEN_IPV4: readonly Block[] = [
  ['0.0.0.0', 8],
  ['100.100.100.200', 32], // metadata, Alibaba Cloud
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // host services, Azure
  ['169.254.0.0', 16], // link-local, and most clouds' metadata
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4],
]

/** RFC 1918, and the carriers' shared space of RFC 6598. */
const PRIVATE_IPV4: readonly Block[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
]

const FORBIDDEN_IPV6: readonly Block[] = [
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 hides an IPv4 address
  ['3fff::', 20],
  ['fd00:ec2::254', 128], // metadata, AWS
  ['fd20:ce::254', 128], // metadata, Google
]

const PRIVATE_IPV6: readonly Block[] = [['fc00::', 7]]

/** Global unicast; every other IPv6 network that no list names is forbidden. */
const PUBLIC_IPV6: readonly Block[] = [['2000::', 3]]

/** IPv6 forms that carry an IPv4 address: mapped (RFC 4291) and NAT64 (RFC 6052). */
const CARRIERS = ['::ffff:', '64:ff9b::'] as const

const FORBIDDEN = blockList(FORBIDDEN_IPV4, FORBIDDEN_IPV6)
const PRIVATE = blockList(PRIVATE_IPV4, PRIVATE_IPV6)
const PUBLIC = blockList([['0.0.0.0', 0]], PUBLIC_IPV6)

/** Kind of an IPv4 or IPv6 address; anything else, zones included, is `forbidden`. */
export function kindOfAddress(address: string): AddressKind {
  if (address === '127.0.0.1' || address === '::1') return 'loopback'
  const version = isIP(address)
  if (version === 0 || address.includes('%')) return 'forbidden'
  const family = version === 4 ? 'ipv4' : 'ipv6'
  if (FORBIDDEN.check(address, family)) return 'forbidden'
  if (PRIVATE.check(address, family)) return 'private'
  return PUBLIC.check(address, family) ? 'public' : 'forbidden'
}

/** Whether a connection to `address` is permitted. */
export function mayConnect(address: string, reach: Reach): boolean {
  const kind = kindOfAddress(address)
  if (reach.loopback) return kind === 'loopback'
  return kind === 'public' || (kind === 'private' && reach.network === 'private')
}

/** Whether a URL's host (`URL.hostname`) is one of the three loopback names. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}

/** Both families, each IPv4 network in its carried IPv6 forms as well. */
function blockList(ipv4: readonly Block[], ipv6: readonly Block[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ipv4) {
    list.addSubnet(network, prefix, 'ipv4')
    for (const carrier of CARRIERS) list.addSubnet(carrier + network, 96 + prefix, 'ipv6')
  }
  for (const [network, prefix] of ipv6) list.addSubnet(network, prefix, 'ipv6')
  return list
}
