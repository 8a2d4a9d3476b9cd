import type { AdvanceDeps, Turn } from './turn.ts'
import type { Json } from '../domain/json.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { Saga, StoreKind } from './step.ts'
import { hasCode } from '../domain/error.ts'
import { letGo } from './recording.ts'
import { loadOperation } from './operations.ts'
import { runTurn } from './run-turn.ts'
import { undoTurn } from './undo-turn.ts'

/** How it stands with an operation after a worker has let it go. */
export type Standing = 'ended' | 'waiting' | 'lost'

/**
 * Works on a held operation until it ends, waits, or is lost to another worker. Each answer of a step is recorded in
 * one transaction with what the step writes, under the lease.
 */
export async function advance<Kind extends StoreKind>(
  deps: AdvanceDeps<Kind>,
  saga: Saga<Kind, Json>,
  start: Operation,
  memo: ReadonlyMap<string, unknown> = new Map(),
): Promise<Standing> {
  let turn: Turn<Kind> = {
    deps,
    saga,
    held: start,
    proven: { at: deps.clock.now() },
    putOff: null,
    memo: new Map(memo),
  }
  for (;;) {
    try {
      if (deps.stopping.aborted) return await letGo(turn)
      const next = turn.held.state === 'undoing' ? await undoTurn(turn) : await runTurn(turn)
      if (next === 'ended' || next === 'waiting') return next
      turn = { ...turn, ...next }
    } catch (error) {
      if (hasCode(error, 'operation.lease_lost')) return 'lost'
      if (!hasCode(error, 'storage.unknown_commit')) throw error
      const stored = await deps.store.read((tx) => loadOperation(tx, start.id))
      if (stored === null || stored.lease?.epoch !== turn.held.lease?.epoch) return 'lost'
      turn = { ...turn, held: stored, putOff: null }
    }
  }
}
