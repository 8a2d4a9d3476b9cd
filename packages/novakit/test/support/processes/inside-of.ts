import { readFileSync } from 'node:fs'
import type { Cloud, CloudEvent, PlacementLedger } from 'novakit'
import type { CloudInside, LedgerRows, SeenGuest } from '@novakit/core/oracles'
import { tokens } from 'novakit'

/** What oracles look at of a cloud of processes that has no networks: its stores, guests as told, and what was heard. */
export function insideOf(
  cloud: Cloud,
  ledger: PlacementLedger,
  guests: readonly SeenGuest[],
  heard: string,
): CloudInside {
  const global = cloud.container.get(tokens.global)
  return {
    global,
    cells: cloud.container.get(tokens.cells).list(),
    ledger,
    ledgerRows: () =>
      global.read(async (tx): Promise<LedgerRows> => {
        const db = tx.db<Record<'allocation' | 'guard' | 'guard_hold', Record<string, any>>>()
        const allocations = await db.selectFrom('allocation').selectAll().execute()
        return {
          allocations: allocations.map((row) => ({ ...row, resourceClass: row['resource_class'] })) as never,
          guards: (await db.selectFrom('guard').selectAll().execute()) as never,
          holds: (await db.selectFrom('guard_hold').selectAll().execute()) as never,
        }
      }),
    guests: () => guests,
    ports: () => [],
    plugged: () => [],
    images: () => [],
    volumes: () => [],
    heldVolumes: () => [],
    violations: () => [],
    events: () => eventsIn(heard),
  }
}

function eventsIn(file: string): readonly CloudEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as CloudEvent)
}
