import type { Connection } from '../knobs/connection.ts'
import type { HypervisorFacets } from '@novakit/core'
import { readGuest, reviseGuest } from '../core/guest-at.ts'

/** A port is plugged once, however often it is attached. */
export function interfaceFacet(connection: Connection): HypervisorFacets['interfaces'] {
  return {
    attach: (guest, nic) =>
      reviseGuest(connection, 'interfaces.attach', guest, (record) => ({
        ...record,
        ports: [...new Set([...record.ports, nic.port])],
      })),
    detach: (guest, nic) =>
      reviseGuest(connection, 'interfaces.detach', guest, (record) => ({
        ...record,
        ports: record.ports.filter((port) => port !== nic.port),
      })),
    has: (guest, nic) => readGuest(connection, 'interfaces.has', guest, (record) => record.ports.includes(nic.port)),
  }
}
