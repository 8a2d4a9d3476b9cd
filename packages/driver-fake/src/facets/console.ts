import type { Connection } from '../knobs/connection.ts'
import type { ConsoleFacet } from '@novakit/core'
import type { GuestRecord } from '../world/guest-record.ts'
import { readGuest } from '../core/guest-at.ts'

const ports = { vnc: 5900, spice: 5901, serial: 10_000, mks: 902 }

/** A log that a guest of this order could have written, and endpoints where nobody listens. */
export function consoleFacet(connection: Connection): ConsoleFacet {
  return {
    output: (guest, maxBytes) =>
      readGuest(connection, 'console.output', guest, (record) => {
        const log = new TextEncoder().encode(consoleLog(record))
        return log.slice(Math.max(0, log.length - maxBytes))
      }),
    endpoint: (guest, type) =>
      readGuest(connection, 'console.endpoint', guest, () => ({
        host: '127.0.0.1',
        port: ports[type],
        tlsPort: type === 'spice' ? ports.spice + 1 : null,
        internalAccessPath: type === 'mks' ? `/ticket/${guest.server}` : null,
      })),
  }
}

function consoleLog({ order, footprint, server, disks, ports: nics, rescued }: GuestRecord): string {
  const hostname = order?.hostname ?? server
  return [
    `[    0.000000] fake guest ${server}${rescued ? ', rescue image' : ''}`,
    `[    0.000000] ${footprint.VCPU} CPUs, ${footprint.MEMORY_MB} MiB of memory`,
    `[    0.010000] ${disks.length} disks, ${nics.length} network interfaces`,
    `${hostname} login: `,
  ].join('\n')
}
