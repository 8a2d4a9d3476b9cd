import { BlockList, isIP, isIPv4 } from 'node:net'

/** The first of the texts that is neither a network (`10.0.0.0/8`) nor an address. Null: all are. */
export function wrongNetwork(networks: readonly string[]): string | null {
  return networks.find((network) => parsed(network) === null) ?? null
}

/**
 * Tests addresses against networks. Each IP version has a list of its own: in a common one Node takes every IPv4 address
 * for part of `::ffff:0:0/96`.
 */
export function networkTest(networks: readonly string[]): (address: string) => boolean {
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const network of networks) {
    const one = parsed(network)
    if (one !== null) lists[one.family].addSubnet(one.address, one.prefix, one.family)
  }
  return (address) => isIP(address) !== 0 && lists[familyOf(address)].check(address, familyOf(address))
}

interface Network {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

function parsed(network: string): Network | null {
  const [address = '', length] = network.split('/')
  if (isIP(address) === 0) return null
  const family = familyOf(address)
  const bits = family === 'ipv4' ? 32 : 128
  const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Infinity
  return prefix > bits ? null : { address, prefix, family }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}
