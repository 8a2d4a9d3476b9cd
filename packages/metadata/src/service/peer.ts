import { isIP } from 'node:net'

/** The plain address of a socket: IPv4 without its IPv6 coat, IPv6 without its zone. Null: no address. */
export function plainAddress(address: string | null): string | null {
  const plain = (address ?? '').replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(plain) === 0 ? null : plain.toLowerCase()
}
