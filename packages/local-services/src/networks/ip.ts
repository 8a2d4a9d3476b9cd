import { isIPv4, isIPv6 } from 'node:net'

/** An address as a number. */
export interface Ip {
  readonly version: 4 | 6
  readonly value: bigint
}

/** A block of addresses: its first address and the length of what all share. */
export interface Cidr extends Ip {
  readonly prefix: number
}

const BITS = { 4: 32, 6: 128 } as const

/** Null for what is no address. Zones (`%eth0`) and addresses of IPv4 within IPv6 are none here. */
export function parseIp(text: string): Ip | null {
  if (isIPv4(text)) return { version: 4, value: fromParts(text.split('.').map(BigInt), 8n) }
  if (!isIPv6(text) || /[.%]/.test(text)) return null
  const [left = '', right] = text.split('::')
  const head = groups(left)
  const tail = groups(right ?? '')
  const gap = right === undefined ? 0 : 8 - head.length - tail.length
  return { version: 6, value: fromParts([...head, ...Array<bigint>(gap).fill(0n), ...tail], 16n) }
}

/** One text for one address (RFC 5952). */
export function formatIp({ version, value }: Ip): string {
  if (version === 4) return parts(value, 4, 8n).join('.')
  const all = parts(value, 8, 16n).map((part) => part.toString(16))
  const [start, length] = longestZeros(all)
  if (length < 2) return all.join(':')
  return `${all.slice(0, start).join(':')}::${all.slice(start + length).join(':')}`
}

/** The canonical text, or null for what is no address. */
export function canonicalIp(text: string): string | null {
  const ip = parseIp(text)
  return ip === null ? null : formatIp(ip)
}

/** Null for what is no block, or has bits beyond its prefix. */
export function parseCidr(text: string): Cidr | null {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const ip = parseIp(address)
  const prefix = Number(length)
  if (ip === null || length === '' || prefix > BITS[ip.version]) return null
  return ip.value % sizeOf({ ...ip, prefix }) === 0n ? { ...ip, prefix } : null
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIp(cidr)}/${cidr.prefix}`
}

export function sizeOf({ version, prefix }: Cidr): bigint {
  return 1n << BigInt(BITS[version] - prefix)
}

export function contains(cidr: Cidr, { version, value }: Ip): boolean {
  return version === cidr.version && value >= cidr.value && value < cidr.value + sizeOf(cidr)
}

export function overlap(a: Cidr, b: Cidr): boolean {
  return contains(a, b) || contains(b, a)
}

/** The addresses that guests may have: neither the block's own, nor that for all (IPv4). */
export function hostRange(cidr: Cidr): { readonly first: bigint; readonly last: bigint } {
  const end = cidr.value + sizeOf(cidr)
  return { first: cidr.value + 1n, last: cidr.version === 4 ? end - 2n : end - 1n }
}

/** The address that a guest gives itself (RFC 4291, appendix A). */
export function eui64(cidr: Cidr, mac: string): Ip {
  const bytes = mac.split(':').map((part) => BigInt(`0x${part}`))
  const [first = 0n, second = 0n, third = 0n, ...rest] = bytes
  return { version: 6, value: cidr.value + fromParts([first ^ 2n, second, third, 0xffn, 0xfen, ...rest], 8n) }
}

function groups(text: string): readonly bigint[] {
  return text === '' ? [] : text.split(':').map((part) => BigInt(`0x${part}`))
}

function fromParts(all: readonly bigint[], bits: bigint): bigint {
  return all.reduce((value, part) => (value << bits) | part, 0n)
}

function parts(value: bigint, count: number, bits: bigint): readonly bigint[] {
  const mask = (1n << bits) - 1n
  return Array.from({ length: count }, (_, at) => (value >> (bits * BigInt(count - 1 - at))) & mask)
}

/** Of the longest run of zeros, the first of them, and its length. */
function longestZeros(all: readonly string[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0]
  for (let start = 0; start < all.length; start++) {
    let length = 0
    while (all[start + length] === '0') length++
    if (length > best[1]) best = [start, length]
  }
  return best
}
