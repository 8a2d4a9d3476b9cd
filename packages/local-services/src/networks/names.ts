/**
 * Linux takes 15 characters for the name of a device. The end of an id is its chance, where its beginning may be its time.
 * Filters know our devices by how their names begin (host/rules.ts).
 */
export function tapOf(port: string): string {
  return `nktap${endOf(port, 10)}`
}

export function bridgeOf(network: string): string {
  return `nkbr${endOf(network, 11)}`
}

function endOf(id: string, length: number): string {
  return id.replaceAll('-', '').slice(-length)
}
