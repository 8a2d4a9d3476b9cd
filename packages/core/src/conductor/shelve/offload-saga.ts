import type { AtCell, ConductorDeps } from '../deps.ts'
import type { CellId, ConsumerId, HostName, ProjectId } from '../../domain/ids.ts'
import type { DestroyPayload } from '../../rpc/orders/destroy.ts'
import type { OffloadRequest } from '../../lifecycle/index.ts'
import type { Saga, Step } from '../../saga/index.ts'
import { bury } from '../../storage/cell/tombstones.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { commandTo } from '../command-to.ts'
import { crossOnce, done, publish } from '../../saga/index.ts'
import { finishAction } from '../../storage/cell/actions.ts'
import { hostIsDown } from '../host-is-down.ts'
import { id } from '../../domain/ids.ts'
import { isUnderWay } from '../act/settle.ts'
import { later, millis } from '../../domain/unit/units.ts'
import { quiesceStep } from '../quiesce-step.ts'
import { OFFLOAD } from '../../lifecycle/index.ts'

type OffloadStep = Step<'cell', OffloadRequest>

const FORWARD = 'nothing to undo: what is in the image leaves its host, and goes forward'

/**
 * Takes a shelved server from its host: guest, claim and the binding of its ports; its addresses stay its own, and it
 * counts against quota (nova/compute/manager.py, `_shelve_offload_instance`). Who deletes it meanwhile waits for this, or
 * does the same.
 */
export function offloadSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', OffloadRequest> {
  const at = { deps, cell }
  // What is just being plugged in is plugged in, or not, before the guest is gone.
  const quiesce: OffloadStep = { ...quiesceStep(at), pivot: true, undo: FORWARD }
  return {
    kind: OFFLOAD,
    store: 'cell',
    steps: [quiesce, destroyStep(at), unbindStep(at), releaseStep(at), restStep(at)],
  }
}

/** A host that is down is told when it comes back. */
function destroyStep(at: AtCell): OffloadStep {
  const { deps, cell } = at
  return {
    name: 'destroy',
    run: async ({ request, report, operation, now }) => {
      const { server, epoch, sequence } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      const left = row?.host === null || row === null ? null : { host: row.host, epoch: row.epoch }
      if (report?.outcome.kind === 'done') return done(left)
      if (report?.outcome.kind === 'failed') return { kind: 'retry', after: millis(0) }
      if (row === null || left === null || !isUnderWay(row, request)) return done(null)
      const host = id<HostName>(left.host)
      if (await hostIsDown(at, host)) return done(left, (tx) => bury(tx, server, host, epoch))
      const payload: DestroyPayload = { nics: await deps.networks.list(server) }
      const order = {
        operation: operation.id,
        host,
        node: row.node,
        server,
        epoch,
        sequence,
        order: 'destroy',
        payload,
      }
      return { kind: 'parked', until: later(now, deps.timing.commandEvery), command: commandTo(order) }
    },
    undo: FORWARD,
  }
}

interface Left {
  readonly host: HostName
  readonly epoch: number
}

/** Its ports keep their addresses, and are at no host. */
function unbindStep({ deps }: AtCell): OffloadStep {
  return {
    name: 'unbind',
    run: async ({ request, output }) => {
      const left = output<Left | null>('destroy')
      if (left !== null) await deps.networks.unbind(request.server, left.host, left.epoch)
      return done()
    },
    undo: FORWARD,
  }
}

/** Before it is shown as offloaded: whoever sees that may use the room. */
function releaseStep({ deps }: AtCell): OffloadStep {
  return {
    name: 'release',
    run: async ({ request, operation, output }) => {
      if (output<Left | null>('destroy') === null) return done()
      await deps.global.write((tx) =>
        crossOnce(tx, operation.id, 'release', async () => {
          await deps.ledger.release(tx, [id<ConsumerId>(request.server)])
          return null
        }),
      )
      deps.view.invalidate()
      return done()
    },
    undo: FORWARD,
  }
}

function restStep({ deps }: AtCell): OffloadStep {
  return {
    name: 'rest',
    run: async ({ request, operation }) =>
      done(null, async (tx) => {
        const { server, epoch } = request
        const row = await instanceRow(tx, server)
        if (row === null) return
        const nowhere = { vmState: 'shelved_offloaded', taskState: null, host: null, node: null } as const
        if (isUnderWay(row, request)) await changeInstance(tx, server, { taskState: row.task_state, epoch }, nowhere)
        await finishAction(tx, operation.id, server, null)
        const told = { server, project: id<ProjectId>(row.project), operation: operation.id }
        await publish(tx, deps.ids, server, 'instance.shelve_offload.end', told)
      }),
    undo: FORWARD,
  }
}
