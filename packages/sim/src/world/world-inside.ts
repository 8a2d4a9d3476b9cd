import type { CloudInside, LedgerRows } from '@novakit/core/oracles'
import type { CloudWorld } from './cloud-world.ts'
import { tokens } from '@novakit/core'

/** What oracles look at of a simulated cloud. */
export function worldInside({
  front,
  hypervisors,
  networks,
  images,
  volumes,
  ledger,
  events,
  violations,
}: CloudWorld): CloudInside {
  const global = front.container.get(tokens.global)
  return {
    global,
    cells: front.container.get(tokens.cells).list(),
    ledger,
    ledgerRows: () =>
      global.read(async (tx): Promise<LedgerRows> => {
        const db = tx.db<LedgerTables>()
        const allocations = await db.selectFrom('allocation').selectAll().execute()
        return {
          allocations: allocations.map(({ resource_class: resourceClass, ...row }) => ({ ...row, resourceClass })),
          guards: await db.selectFrom('guard').select(['name', 'held']).execute(),
          holds: await db.selectFrom('guard_hold').select(['consumer', 'name', 'held']).execute(),
        }
      }),
    guests: () =>
      hypervisors.guests().map(({ host, server, epoch, defined, power, ports, volumes: has }) => {
        const attached = has.map(({ attachment }) => attachment)
        return { host, server, epoch, whole: defined, power, ports, volumes: attached }
      }),
    ports: () => networks.ports(),
    plugged: () => networks.plugged(),
    images: () => images.made(),
    volumes: () => volumes.attachments(),
    heldVolumes: () => volumes.held(),
    violations: () => [...hypervisors.violations(), ...violations],
    events: () => events,
  }
}

/** The embedded ledger's own tables, as far as an oracle needs them. */
interface LedgerTables {
  allocation: { consumer: string; provider: string; resource_class: string; used: number }
  guard: { name: string; held: number }
  guard_hold: { consumer: string; name: string; held: number }
}
