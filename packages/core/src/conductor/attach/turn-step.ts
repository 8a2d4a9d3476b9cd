import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { PlugRequest } from '../../lifecycle/index.ts'
import type { Step } from '../../saga/index.ts'
import { done } from '../../saga/index.ts'
import { earlierWork } from './host-work.ts'
import { waitFor } from '../wait-for.ts'

type Settle<Request> = (tx: CellTx, operation: Operation, request: Request) => Promise<void>

/**
 * Waits for whatever began before and may still do something to the guest. Whatever the rest has come to, its way back
 * ends here.
 */
export function turnStep<Request extends PlugRequest>(
  at: AtCell,
  settleAsFailed: Settle<Request>,
): Step<'cell', Request> {
  return {
    name: 'turn',
    run: async (context) => {
      const { server, sequence } = context.request
      const earlier = await at.deps.cells.get(at.cell).read((tx) => earlierWork(tx, server, sequence))
      return earlier.length === 0 ? done() : waitFor(at, earlier, context)
    },
    undo: async ({ operation, request }) => done(null, (tx) => settleAsFailed(tx, operation, request)),
  }
}
