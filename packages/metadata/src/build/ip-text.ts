import { isIPv4, isIPv6 } from 'node:net'

type IpVersion = 4 | 6

/** Subnet masks are written out for both versions: `255.255.255.0`, `ffff:ffff:ffff:ffff::`. */
export function netmask(version: IpVersion, prefix: number): string {
  return textOf(version, maskOf(version, prefix))
}

export interface Subnet {
  /** Its first address. */
  readonly network: string
  readonly netmask: string
  readonly prefix: number
}

/** The subnet of an address (`10.1.2.3/8`). Null for what is no subnet. */
export function subnetOf(cidr: string): Subnet | null {
  const [address = '', length] = cidr.split('/')
  const version = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : null
  if (version === null) return null
  const bits = version === 4 ? 32 : 128
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity
  if (prefix > bits) return null
  const network = numberOf(version, address) & maskOf(version, prefix)
  return { network: textOf(version, network), netmask: netmask(version, prefix), prefix }
}

function maskOf(version: IpVersion, prefix: number): bigint {
  const bits = version === 4 ? 32 : 128
  const all = (1n << BigInt(bits)) - 1n
  return all ^ (all >> BigInt(prefix))
}

function numberOf(version: IpVersion, address: string): bigint {
  return (version === 4 ? address.split('.').map(Number) : groupsOf(address)).reduce(
    (sum, part) => (sum << (version === 4 ? 8n : 16n)) | BigInt(part),
    0n,
  )
}

/** The eight groups, with what `::` leaves out and what is written as IPv4. */
function groupsOf(address: string): readonly number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  )
  const [head = '', tail] = plain.split('::')
  const parse = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)))
  const [front, back] = [parse(head), parse(tail ?? '')]
  return [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back]
}

function textOf(version: IpVersion, value: bigint): string {
  const [count, width] = version === 4 ? [4, 8n] : [8, 16n]
  const parts = Array.from({ length: count }, (_, index) =>
    Number((value >> (BigInt(count - 1 - index) * width)) & ((1n << width) - 1n)),
  )
  return version === 4 ? parts.join('.') : shortest(parts)
}

/** RFC 5952: the first of the longest runs of zeros, of two groups or more, is `::`. */
function shortest(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':')
  const runs = text.match(/(?<![^:])0(:0)+(?![^:])/g) ?? []
  const longest = runs.toSorted((a, b) => b.length - a.length)[0]
  if (longest === undefined) return text
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`))
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}
