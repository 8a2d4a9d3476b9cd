import type { ActionRequest } from '../../lifecycle/index.ts'
import type { ActionStep } from '../act/request.ts'
import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId, ProjectId, UserId } from '../../domain/ids.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { Saga } from '../../saga/index.ts'
import { actionKind } from '../../lifecycle/index.ts'
import { charge, giveBack } from '../../storage/global/quotas.ts'
import { chargeOf } from '../../domain/quota/quota.ts'
import { crossOnce, done, failed, uncrossOnce } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { instanceRow } from '../../storage/cell/instances.ts'
import { isUnderWay } from '../act/settle.ts'
import { performStep } from '../act/perform-step.ts'
import { problemOf } from '../../domain/error.ts'
import { quiesceStep } from '../act/quiesce-step.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** Takes back a deletion: the server counts against quota again, and its guest is started. */
export function restoreSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', ActionRequest> {
  const at = { deps, cell }
  const start: ActionStep = { ...performStep(at), undo: 'nothing to undo: the first step says where the server rests' }
  return { kind: actionKind('restore'), store: 'cell', steps: [quiesceStep(at), chargeStep(at), start] }
}

/** Others may have taken what there was room for since the restoring was accepted. */
function chargeStep({ deps, cell }: AtCell): ActionStep {
  return {
    name: 'charge',
    run: async ({ request, operation }) => {
      const { server } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request))
        return failed(problemOf(serverErrors.changed_meanwhile({ server })))
      const payer = { project: id<ProjectId>(row.project), user: id<UserId>(row.user) }
      const amounts = chargeOf(JSON.parse(row.flavor) as Flavor)
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'charge', async () => {
          await charge(tx, { ...payer, subject: server, operation: operation.id, amounts })
          return null
        }),
      )
      return done()
    },
    undo: async ({ request, operation }) => {
      await deps.global.write((tx) =>
        uncrossOnce(tx, operation.id, 'charge', () => giveBack(tx, request.server, operation.id)),
      )
      return done()
    },
  }
}
