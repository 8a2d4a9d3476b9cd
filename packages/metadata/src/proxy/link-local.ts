/** The IPv6 address that a NIC gives itself (RFC 4291, modified EUI-64). Null: that is no MAC address. */
export function linkLocalOf(mac: string): string | null {
  const bytes = /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(mac)
    ? mac.split(/[:-]/).map((byte) => parseInt(byte, 16))
    : null
  if (bytes === null) return null
  const [first = 0, ...rest] = bytes
  const all = [first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)]
  const groups = [0, 2, 4, 6].map((at) => (((all[at] ?? 0) << 8) | (all[at + 1] ?? 0)).toString(16))
  const { hostname } = new URL(`http://[fe80::${groups.join(':')}]`)
  return hostname.slice(1, -1)
}
