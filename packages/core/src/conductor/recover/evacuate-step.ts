import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Fenced, RecoverStep } from './request.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import { beginEvacuation, standingOf, systemContext } from '../../lifecycle/index.ts'
import { done, operationStandings } from '../../saga/index.ts'
import { id, type OperationId, type RequestId, type ServerId } from '../../domain/ids.ts'
import { instanceIdsOn, lockedInstanceRow } from '../../storage/cell/instances.ts'
import { later } from '../../domain/unit/units.ts'
import { namedUuid } from '../../system/ids.ts'
import { isBeingDeleted, refusal } from '../../domain/server/moves.ts'

/** How a server of the dead host fares: its evacuation is under way, it is waited for, or it is left to an operator. */
type Fate = 'moves' | 'waits' | 'stays'

/** Begins the evacuation of every server that the host had, each once, and waits until none is under way. */
export function evacuateStep({ deps, cell }: AtCell): RecoverStep {
  return {
    name: 'evacuate',
    run: async ({ request: { host }, operation, output, now }) => {
      if (output<Fenced>('fence') === null) return done('it was heard of again')
      const store = deps.cells.get(cell)
      const fates = new Map<Fate, number>()
      for (const server of await store.read((tx) => instanceIdsOn(tx, host))) {
        const fate = await store.write((tx) => send(tx, { deps, cell }, server, operation))
        fates.set(fate, (fates.get(fate) ?? 0) + 1)
      }
      if (fates.has('moves') || fates.has('waits')) {
        return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
      }
      return done({ stay: fates.get('stays') ?? 0 })
    },
    undo: 'nothing to undo: each evacuation has its own way back',
  }
}

/** As an administrator would, who minds no lock. */
async function send(tx: CellTx, { deps, cell }: AtCell, server: ServerId, recovery: Operation): Promise<Fate> {
  const evacuation = id<OperationId>(namedUuid(recovery.id, server))
  const begun = (await operationStandings(tx, [evacuation])).get(evacuation)
  if (begun !== undefined) return begun.state === 'done' || begun.state === 'failed' ? 'stays' : 'moves'
  const row = await lockedInstanceRow(tx, server)
  if (row === null || row.deleted_at !== null || isBeingDeleted(row.task_state)) return 'waits'
  if (refusal('evacuate', standingOf(row), true) !== null) return row.task_state === null ? 'stays' : 'waits'
  const who = { ...systemContext(deps.ids), requestId: id<RequestId>(recovery.traceId) }
  const wanted = { requestedHost: null, landsAs: landsAs(row), within: deps.timing.actWithin, operation: evacuation }
  if ((await beginEvacuation(tx, deps, who, row, wanted)) === null) return 'waits'
  tx.afterCommit(() => deps.poke(cell, evacuation))
  return 'moves'
}

/** Nobody has asked for it to stop. */
const landsAs = ({ vm_state: vmState }: InstanceRow): 'active' | 'stopped' =>
  vmState === 'active' ? 'active' : 'stopped'
