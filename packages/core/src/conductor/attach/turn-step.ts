import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { PlugRequest } from '../../lifecycle/index.ts'
import type { Step } from '../../saga/index.ts'
import { done } from '../../saga/index.ts'
import { earlierWork } from './host-work.ts'
import { later } from '../../domain/unit/units.ts'

type Settle<Request> = (tx: CellTx, operation: Operation, request: Request) => Promise<void>

/**
 * Waits for whatever began before and may still do something to the guest. Whatever the rest has come to, its way back
 * ends here.
 */
export function turnStep<Request extends PlugRequest>(
  { deps, cell }: AtCell,
  settleAsFailed: Settle<Request>,
): Step<'cell', Request> {
  return {
    name: 'turn',
    run: async ({ operation, request: { server, sequence }, now }) => {
      const earlier = await deps.cells.get(cell).read((tx) => earlierWork(tx, server, sequence))
      if (earlier.length === 0) return done()
      for (const other of earlier) deps.tellWhenEnded(other.id, cell, operation.id)
      return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
    },
    undo: async ({ operation, request }) => done(null, (tx) => settleAsFailed(tx, operation, request)),
  }
}
