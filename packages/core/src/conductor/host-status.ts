import type { CellId, HostName } from '../domain/ids.ts'
import type { Cells } from '../cells/cells.ts'
import type { HostRow } from '../storage/cell/tables.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { NodeInventory } from '../ports/hypervisor.ts'
import { hostRows, isUp } from '../storage/cell/hosts.ts'

/** How a host stood when its cell was last asked. */
export interface HostStatus {
  readonly host: HostName
  readonly cell: CellId
  readonly enabled: boolean
  readonly up: boolean
  readonly reachable: boolean
  readonly nodes: readonly NodeInventory[]
  /** Changes whenever any of the above does. */
  readonly mark: string
}

/** Asks every cell; hosts of a cell that does not answer are shown as last known, and not reachable. */
export async function readHostStatus(
  cells: Cells,
  downAfter: Millis,
  known: ReadonlyMap<HostName, HostStatus>,
): Promise<ReadonlyMap<HostName, HostStatus>> {
  const answers = await cells.ask(async (tx) => ({ now: await tx.now(), rows: await hostRows(tx) }))
  const statuses = new Map<HostName, HostStatus>()
  for (const answer of answers) {
    if (answer.kind === 'ok') {
      for (const row of answer.value.rows) {
        const status = toStatus(row, answer.cell, answer.value.now, downAfter, known)
        statuses.set(status.host, status)
      }
    } else {
      for (const last of known.values()) {
        if (last.cell === answer.cell) statuses.set(last.host, unreachable(last))
      }
    }
  }
  return statuses
}

/** The mark does not grow with every look. */
function unreachable(last: HostStatus): HostStatus {
  return last.reachable ? { ...last, reachable: false, mark: `${last.mark}!` } : last
}

function toStatus(
  row: HostRow,
  cell: CellId,
  now: Instant,
  downAfter: Millis,
  known: ReadonlyMap<HostName, HostStatus>,
): HostStatus {
  const host = row.host as HostName
  const up = isUp(row, now, downAfter)
  const mark = `${row.boot}/${row.enabled}/${up}/${row.mapped}/${row.nodes.length}`
  const last = known.get(host)
  if (last?.mark === mark) return last
  return {
    host,
    cell,
    enabled: row.enabled === 1 && row.mapped === 1,
    up,
    reachable: true,
    nodes: JSON.parse(row.nodes) as NodeInventory[],
    mark,
  }
}
