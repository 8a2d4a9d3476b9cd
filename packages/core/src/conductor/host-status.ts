import type { CellId, HostName } from '../domain/ids.ts'
import type { Cell, Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hearing } from './hearing.ts'
import type { HostRow } from '../storage/cell/tables.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { NodeInventory } from '../ports/hypervisor.ts'
import { elapsed } from '../domain/unit/units.ts'
import { hostRows, standingOf, type HostStanding } from '../storage/cell/hosts.ts'

/** How a host stood when its cell was last asked. */
export interface HostStatus {
  readonly host: HostName
  readonly cell: CellId
  readonly enabled: boolean
  readonly up: boolean
  readonly reachable: boolean
  /** It may show any moment that it can be used: it was not given the time to be heard of, or its cell fails only now. */
  readonly uncertain: boolean
  /** By this process's clock: when its cell could last be used, or it was first seen. */
  readonly usedAt: Instant
  readonly nodes: readonly NodeInventory[]
  /** Changes whenever any of the above does, but for the instant. */
  readonly mark: string
}

export interface HostStatusDeps {
  readonly cells: Cells
  readonly clock: Clock
  readonly downAfter: Millis
  readonly hearing: Hearing
}

type Known = ReadonlyMap<HostName, HostStatus>

/** Asks every cell; hosts of a cell that does not answer are shown as last known, and not reachable. */
export async function readHostStatus(deps: HostStatusDeps, known: Known): Promise<Known> {
  const answers = await deps.cells.ask(async (tx, cell) => {
    const now = await tx.now()
    return { cell, now, rows: await hostRows(tx) }
  })
  const at = deps.clock.now()
  const statuses = new Map<HostName, HostStatus>()
  for (const answer of answers) {
    if (answer.kind === 'ok') {
      const { cell, now, rows } = answer.value
      const listened = { now, heardSince: deps.hearing.since(cell.id, now) }
      for (const row of rows) {
        const status = toStatus(row, cell, standingOf(row, listened, deps.downAfter), known, at)
        statuses.set(status.host, cell.up ? { ...status, usedAt: at } : unreachable(status, at, deps.downAfter))
      }
    } else {
      for (const last of known.values()) {
        if (last.cell === answer.cell) statuses.set(last.host, unreachable(last, at, deps.downAfter))
      }
    }
  }
  return statuses
}

/** The mark does not grow with every look. */
function unreachable(last: HostStatus, at: Instant, downAfter: Millis): HostStatus {
  const uncertain = (last.up || last.uncertain) && elapsed(last.usedAt, at) <= downAfter
  return { ...last, uncertain, reachable: false, mark: last.reachable ? `${last.mark}!` : last.mark }
}

function toStatus(row: HostRow, cell: Cell, standing: HostStanding, known: Known, at: Instant): HostStatus {
  const host = row.host as HostName
  const mark = `${row.boot}/${row.enabled}/${standing}/${row.mapped}/${row.nodes.length}`
  const last = known.get(host)
  if (last?.mark === mark) return last
  return {
    host,
    cell: cell.id,
    enabled: row.enabled === 1 && row.mapped === 1,
    up: standing === 'up',
    reachable: true,
    uncertain: standing === 'unknown',
    usedAt: last?.usedAt ?? at,
    nodes: JSON.parse(row.nodes) as NodeInventory[],
    mark,
  }
}
