import type { ActionStep } from '../act/request.ts'
import type { AtCell } from '../deps.ts'
import type { Json } from '../../domain/json.ts'
import { done } from '../../saga/index.ts'
import { OVERTAKEN } from './stop-step.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay, settleAsDone, tellDone } from '../act/settle.ts'

/** The server rests as deleted. One that somebody has deleted for good meanwhile does not: that is told, and no more. */
export function restStep({ deps }: AtCell): ActionStep {
  return {
    name: 'rest',
    run: async ({ request, operation, output }) =>
      done(null, async (tx) => {
        const row = await instanceRow(tx, request.server)
        if (row === null) return
        const seen = output<Json>('stop')
        if (seen === OVERTAKEN || !isUnderWay(row, request)) return tellDone(tx, deps.ids, operation.id, request, row)
        await settleAsDone(tx, deps.ids, operation.id, request, seen)
      }),
    undo: 'nothing to undo: an accepted deletion goes forward',
  }
}
