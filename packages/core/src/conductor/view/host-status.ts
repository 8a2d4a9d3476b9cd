import type { CellId, HostName } from '../../domain/ids.ts'
import type { Cell, Cells } from '../../cells/cells.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Hearing } from '../hearing.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Instant, Millis } from '../../domain/unit/units.ts'
import type { NodeInventory } from '../../ports/hypervisor.ts'
import { elapsed } from '../../domain/unit/units.ts'
import { hostSigns, nodesOf, standingOf, type HostSign, type HostStanding } from '../../storage/cell/hosts.ts'

/** How a host stood when its cell was last asked. */
export interface HostStatus {
  readonly host: HostName
  readonly cell: CellId
  readonly enabled: boolean
  readonly up: boolean
  readonly reachable: boolean
  /** It may show any moment that it can be used: it was not given the time to be heard of, or its cell fails only now. */
  readonly uncertain: boolean
  /** By this process's clock: when its cell could last be used, or it was first seen. The only part that changes. */
  readonly used: { at: Instant }
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
  const answers = await deps.cells.ask((tx, cell) => ask(tx, cell, deps, known))
  const at = deps.clock.now()
  const statuses = new Map<HostName, HostStatus>()
  for (const answer of answers) {
    if (answer.kind === 'ok') {
      for (const status of shown(answer.value, known, at, deps.downAfter)) statuses.set(status.host, status)
    } else {
      for (const last of known.values()) {
        if (last.cell === answer.cell) statuses.set(last.host, unreachable(last, at, deps.downAfter))
      }
    }
  }
  return statuses
}

/** What a cell says. */
interface Said {
  readonly cell: Cell
  readonly signs: readonly { readonly row: HostSign; readonly standing: HostStanding; readonly mark: string }[]
  /** Of the hosts that changed. */
  readonly nodes: ReadonlyMap<string, readonly NodeInventory[]>
}

async function ask(tx: CellTx, cell: Cell, deps: HostStatusDeps, known: Known): Promise<Said> {
  const now = await tx.now()
  const rows = await hostSigns(tx)
  const listened = { now, heardSince: deps.hearing.since(cell.id, now) }
  const signs = rows.map((row) => {
    const standing = standingOf(row, listened, deps.downAfter)
    const mark = `${row.boot}/${row.enabled}/${standing}/${row.mapped}/${row.nodes_version}`
    return { row, standing, mark }
  })
  const changed = signs.filter(({ row, mark }) => known.get(row.host as HostName)?.mark !== mark)
  const nodes = await nodesOf(
    tx,
    changed.map(({ row }) => row.host),
  )
  return { cell, signs, nodes }
}

function shown({ cell, signs, nodes }: Said, known: Known, at: Instant, downAfter: Millis): readonly HostStatus[] {
  return signs.map(({ row, standing, mark }) => {
    const last = known.get(row.host as HostName)
    const status = last?.mark === mark ? last : toStatus(row, cell, standing, mark, nodes.get(row.host) ?? [], last, at)
    if (!cell.up) return unreachable(status, at, downAfter)
    status.used.at = at
    return status
  })
}

/** The mark does not grow with every look. */
function unreachable(last: HostStatus, at: Instant, downAfter: Millis): HostStatus {
  const uncertain = (last.up || last.uncertain) && elapsed(last.used.at, at) <= downAfter
  if (!last.reachable && uncertain === last.uncertain) return last
  return { ...last, uncertain, reachable: false, mark: last.reachable ? `${last.mark}!` : last.mark }
}

function toStatus(
  row: HostSign,
  cell: Cell,
  standing: HostStanding,
  mark: string,
  nodes: readonly NodeInventory[],
  last: HostStatus | undefined,
  at: Instant,
): HostStatus {
  return {
    host: row.host as HostName,
    cell: cell.id,
    enabled: row.enabled === 1 && row.mapped === 1,
    up: standing === 'up',
    reachable: true,
    uncertain: standing === 'unknown',
    used: last?.used ?? { at },
    nodes,
    mark,
  }
}
