import type { AtCell } from '../deps.ts'
import type { EvacuationStep, Placed } from './request.ts'
import type { Json } from '../../domain/json.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { SettleRequest } from './settle-saga.ts'
import { accept, done } from '../../saga/index.ts'
import { bury } from '../../storage/cell/tombstones.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { id } from '../../domain/ids.ts'
import { isAliveIn } from './is-alive.ts'
import { isUnderWay } from './settle.ts'
import { namedUuid } from '../../system/ids.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { SETTLE } from './settle-saga.ts'

/** The server is its new host's from now on. Whatever its old one has of it is dead: that is written down with it. */
export function switchStep({ deps, cell }: AtCell): EvacuationStep {
  return {
    name: 'switch',
    run: async ({ request, operation, output }) => {
      const { place } = output<Placed>('place')
      const { server, source, migration, epoch } = request
      return done(null, async (tx) => {
        const row = await instanceRow(tx, server)
        if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
        // The last moment at which nothing is lost: a host that is back keeps its guest.
        if (source !== null && (await isAliveIn(tx, source.host, deps.timing.downAfter))) {
          throw serverErrors.host_is_up({ server, host: source.host })
        }
        const { host, node } = place
        const moved = { host, node, nextEpoch: epoch + 1, taskState: 'rebuild_spawning' } as const
        if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, moved))) {
          throw serverErrors.changed_meanwhile({ server })
        }
        await changeMigration(tx, migration, { status: 'running', destination: { host, node } })
        if (source === null) return
        await bury(tx, server, source.host, epoch)
        const settling: SettleRequest = { server, migration, host: source.host, epoch }
        const { traceId } = operation
        const settle = id<OperationId>(namedUuid(SETTLE, migration))
        await accept(tx, {
          id: settle,
          kind: SETTLE,
          subject: migration,
          request: settling as unknown as Json,
          traceId,
        })
        tx.afterCommit(() => deps.poke(cell, settle))
      })
    },
    undo: async ({ request }) => {
      const { server, epoch } = request
      return done('it is on no host', async (tx) => {
        const row = await instanceRow(tx, server)
        if (row === null || row.deleted_at !== null || row.epoch !== epoch + 1) return
        const expected = { taskState: row.task_state, epoch: row.epoch }
        const nowhere = { host: null, node: null, powerState: 'nostate' } as const
        if (!(await changeInstance(tx, server, expected, nowhere))) throw serverErrors.changed_meanwhile({ server })
      })
    },
  }
}
