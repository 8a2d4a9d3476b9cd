import type { AtCell } from '../deps.ts'
import type { GlobalTx } from '../../ports/storage.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Mover } from './claims.ts'
import type { OpenResize } from '../../storage/cell/open-resizes.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { OperationId } from '../../domain/ids.ts'
import type { ResizeEndStep } from './request.ts'
import { crossOnce, done, failed, uncrossOnce } from '../../saga/index.ts'
import { hostErrors } from '../../domain/host/errors.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { leftOf, takeBack, takeOver } from './claims.ts'
import { openResizeOf } from '../../storage/cell/open-resizes.ts'
import { problemOf } from '../../domain/error.ts'
import { readEnding } from './end-standing.ts'
import { serverErrors } from '../../domain/server/errors.ts'
import { wantedAgain } from '../wanted-again.ts'

const STEP = 'take-back'

/** The server holds its old place again, if both hosts can be asked and its group lets it come back. */
export function takeBackStep(at: AtCell): ResizeEndStep {
  const { deps, cell } = at
  return {
    name: STEP,
    run: async ({ request, operation }) => {
      const { server } = request
      const ending = await readEnding(at, 'revertResize', request)
      if (ending === null) return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      const { row, open } = ending
      for (const side of [open.source, open.destination ?? open.source]) {
        const { host } = side
        if (await hostIsDown(at, host)) return failed(problemOf(hostErrors.unreachable({}, { detail: { host } })))
      }
      const claimed = await deps.global.write((tx) =>
        crossOnce(tx, operation.id, STEP, async () => {
          const mover = moverOf(row, open, open.flavors.before, operation.id)
          return takeBack(tx, deps, mover, await leftOf(tx, deps, open), operation.id, true)
        }),
      )
      if (claimed === true) return done(true)
      const why = 'The rules of its group do not let it go back.'
      return failed(problemOf(serverErrors.no_valid_host({ why })))
    },
    undo: async ({ request, operation }) => {
      const [row, open] = await deps.cells
        .get(cell)
        .read(async (tx) => [await instanceRow(tx, request.server), await openResizeOf(tx, request.server)] as const)
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, STEP, async (claimed) => {
          if (claimed === true && row !== null && open !== null) await giveAgain(tx, at, row, open, operation)
        }),
      )
      return done()
    },
  }
}

function moverOf(
  row: InstanceRow,
  { server, id: migration }: OpenResize,
  flavor: OpenResize['flavors']['before'],
  operation: OperationId,
): Mover {
  const wanted = wantedAgain(row, operation, null)
  return { server, migration, wanted: { ...wanted, blueprint: { ...wanted.blueprint, flavor } } }
}

/** As it was before: the server where it has arrived, the migration where it was left. */
async function giveAgain(
  tx: GlobalTx,
  { deps }: AtCell,
  row: InstanceRow,
  open: OpenResize,
  operation: Operation,
): Promise<void> {
  const undo = id<OperationId>(`${operation.id}/undo`)
  const arrived = await leftOf(tx, deps, { id: open.id, source: open.destination ?? open.source })
  const mover = moverOf(row, open, open.flavors.after, undo)
  await takeOver(tx, deps, mover, { ...arrived, ...open.source, allocations: {} }, arrived, undo)
}
