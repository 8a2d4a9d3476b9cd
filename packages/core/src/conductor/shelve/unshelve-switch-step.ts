import type { InstanceChange } from '../../storage/cell/instances.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Place } from '../../storage/global/build-requests.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { UnshelveRequest } from '../../lifecycle/index.ts'
import type { UnshelveStep } from './unshelve-settle.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { done } from '../../saga/index.ts'
import { isUnderWay } from './unshelve-settle.ts'
import { PLACE } from './unshelve-place-step.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** The server is its new host's from now on, at a higher epoch: what was said to an earlier one is out of date. */
export function switchStep(): UnshelveStep {
  return {
    name: 'switch',
    run: async ({ request, output }) => {
      const { host, node } = output<Place>(PLACE)
      const { server, epoch } = request
      return done(null, async (tx) => {
        const row = await instanceRow(tx, server)
        if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
        const moved = { host, node, nextEpoch: epoch + 1, taskState: 'spawning', ...inZone(row, request) } as const
        if (!(await changeInstance(tx, server, { taskState: row.task_state, epoch }, moved))) {
          throw serverErrors.changed_meanwhile({ server })
        }
      })
    },
    undo: async ({ request }) => {
      const { server, epoch } = request
      return done('it is on no host', async (tx) => {
        const row = await instanceRow(tx, server)
        if (row === null || row.deleted_at !== null || row.epoch !== epoch + 1) return
        const nowhere = { host: null, node: null, powerState: 'shutdown' } as const
        const expected = { taskState: row.task_state, epoch: row.epoch }
        if (!(await changeInstance(tx, server, expected, nowhere))) throw serverErrors.changed_meanwhile({ server })
      })
    },
  }
}

function inZone(row: InstanceRow, { zone }: UnshelveRequest): InstanceChange {
  if (zone === null) return {}
  const blueprint: ServerBlueprint = { ...(JSON.parse(row.blueprint) as ServerBlueprint), zone: zone.to }
  return { zone: zone.to, blueprint: JSON.stringify(blueprint) }
}
