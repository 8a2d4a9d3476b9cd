/** Linux takes 15 characters for the name of a device. The end of an id is its chance, where its beginning may be its time. */
export function tapOf(port: string): string {
  return `tap${endOf(port, 11)}`
}

export function bridgeOf(network: string): string {
  return `nkbr${endOf(network, 11)}`
}

function endOf(id: string, length: number): string {
  return id.replaceAll('-', '').slice(-length)
}
