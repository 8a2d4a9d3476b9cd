import type { CellTx } from '../../ports/storage.ts'
import type { ConductorDeps } from '../deps.ts'
import type { CellId, HostName, OperationId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/unit/units.ts'
import type { Cell } from '../../cells/cells.ts'
import type { Json } from '../../domain/json.ts'
import type { Recovery } from '../../ports/fencing.ts'
import type { PeriodicTask } from './periodic.ts'
import { acceptOnce } from '../../saga/index.ts'
import { elapsed, instant } from '../../domain/unit/units.ts'
import { hostSigns, standingOf, type HostSign } from '../../storage/cell/hosts.ts'
import { id } from '../../domain/ids.ts'
import { instanceIdsOn } from '../../storage/cell/instances.ts'
import { namedUuid } from '../../system/ids.ts'
import { RECOVER, type RecoverRequest } from '../recover/request.ts'

/** Looks for hosts that are dead for long enough, and begins their recovery. */
export function recoverHosts(deps: ConductorDeps, recovery: Recovery): PeriodicTask {
  return {
    name: 'recover_hosts',
    why: 'the servers of a host that is dead come back elsewhere without an operator',
    every: deps.timing.lookEvery,
    run: async () => {
      const answers = await deps.cells.ask((tx, cell) => deadHosts(tx, cell, deps, recovery))
      for (const answer of answers) {
        if (answer.kind !== 'ok' || answer.value.length === 0) continue
        await deps.cells.get(answer.cell).write((tx) => begin(tx, answer.cell, deps, answer.value))
      }
    },
  }
}

/** None where so many are silent that it is rather we who are cut off. */
async function deadHosts(
  tx: CellTx,
  cell: Cell,
  { hearing, timing, log }: ConductorDeps,
  { after, share }: Recovery,
): Promise<readonly HostSign[]> {
  const now = await tx.now()
  const listened = { now, heardSince: hearing.since(cell.id, now) }
  const known = (await hostSigns(tx)).filter(({ mapped }) => mapped === 1)
  // What was fenced is off for certain: it says nothing about the others.
  const watched = known.filter(({ forced_down: forced }) => forced === 0)
  const down = watched.filter((host) => standingOf(host, listened, timing.downAfter) === 'down')
  const dead = down.filter((host) => elapsed(instant(host.last_seen_at), now) > after)
  if (dead.length === 0 || down.length <= Math.max(1, Math.floor(watched.length * share))) return dead
  log.warn('so many hosts are silent at once that none is fenced', { cell: cell.name, silent: down.length })
  return []
}

/** Each silence once. A host without servers has nothing to recover. */
async function begin(tx: CellTx, cell: CellId, deps: ConductorDeps, dead: readonly HostSign[]): Promise<void> {
  for (const { host: name, last_seen_at: lastSeen } of dead) {
    const host = id<HostName>(name)
    if ((await instanceIdsOn(tx, host, 1)).length === 0) continue
    const operation = id<OperationId>(namedUuid(RECOVER, `${name}/${lastSeen}`))
    const request: RecoverRequest = { host, lastSeen: lastSeen as Instant }
    const traceId = `req-${deps.ids.uuid()}`
    const made = await acceptOnce(tx, {
      id: operation,
      kind: RECOVER,
      subject: name,
      request: request as unknown as Json,
      traceId,
    })
    if (made === null) continue
    deps.log.warn('a host is dead: its servers are brought back elsewhere', { host, operation })
    tx.afterCommit(() => deps.poke(cell, operation))
  }
}
