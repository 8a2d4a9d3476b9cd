import type { Connection } from '../knobs/connection.ts'
import type { GuestRecord } from '../world/guest-record.ts'
import type { HypervisorFacets } from '@novakit/core'
import { bytes, elapsed, mib, millis, vcpus } from '@novakit/core'
import { readGuest } from '../core/guest-at.ts'

/** Numbers that follow from how long the guest has run: its CPUs are idle but for one per cent. */
export function diagnosticsFacet(connection: Connection): HypervisorFacets['diagnostics'] {
  return {
    read: (guest) =>
      readGuest(connection, 'diagnostics.read', guest, (record) => {
        const { power, footprint, disks } = record
        const uptime = uptimeOf(connection, record)
        const cpu = { time: millis(Math.floor((uptime ?? 0) / 100)), utilisation: uptime === null ? null : 1 }
        return {
          power,
          uptime: uptime === null ? null : millis(uptime),
          vcpus: Array.from({ length: footprint.VCPU }, () => cpu),
          cpus: vcpus(footprint.VCPU),
          memory: { maximum: mib(footprint.MEMORY_MB), used: mib(uptime === null ? 0 : footprint.MEMORY_MB) },
          disks: disks.map(() => ({ readBytes: bytes(0), writeBytes: bytes(0), errors: 0 })),
          nics: macsOf(record).map((mac) => ({ mac, rxBytes: bytes(0), txBytes: bytes(0) })),
        }
      }),
  }
}

function uptimeOf(connection: Connection, { startedAt }: GuestRecord): number | null {
  return startedAt === null ? null : elapsed(startedAt, connection.clock.now())
}

function macsOf({ order, ports }: GuestRecord): readonly string[] {
  return (order?.nics ?? []).filter(({ port }) => ports.includes(port)).map(({ mac }) => mac)
}
