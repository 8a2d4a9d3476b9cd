import type { ProjectId, ServerId } from '@novakit/core/vocabulary'
import { plainAddress } from '../service/peer.ts'
import type { FindGuest } from './metadata-proxy.ts'
import { linkLocalOf } from './link-local.ts'

/** A port of the network that the proxy stands in. */
export interface ProxiedPort {
  readonly server: ServerId
  readonly project: ProjectId
  readonly addresses: readonly string[]
  /** Its link-local address is known by this: guests without any other ask from there. */
  readonly mac?: string
}

/** Finds guests in a list. An address that two of them have is nobody's. */
export function guestsByAddress(ports: readonly ProxiedPort[]): FindGuest {
  const known = new Map<string, ProxiedPort | null>()
  for (const port of ports) {
    for (const address of new Set(addressesOf(port))) known.set(address, known.has(address) ? null : port)
  }
  return async (address) => known.get(sameForm(address)) ?? null
}

function addressesOf({ addresses, mac }: ProxiedPort): readonly string[] {
  const linkLocal = mac === undefined ? null : linkLocalOf(mac)
  return [...addresses.map(sameForm), ...(linkLocal === null ? [] : [linkLocal])]
}

/** IPv6 has many ways to write one address. */
function sameForm(address: string): string {
  const plain = plainAddress(address) ?? address
  return plain.includes(':') ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain
}
