import type { AtCell } from '../deps.ts'
import type { CellTx } from '../../ports/storage.ts'
import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { HostName, NodeName, ServerId } from '../../domain/ids.ts'
import type { InstanceRow } from '../../storage/cell/tables.ts'
import type { Placed, ResizeStep } from './request.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import type { TaskState } from '../../domain/server/states.ts'
import { arrivesAt, isThere, isUnderWay, returnsAt } from './standing.ts'
import { changeInstance, instanceRow } from '../../storage/cell/instances.ts'
import { changeMigration } from '../../storage/cell/migrations-of.ts'
import { done } from '../../saga/index.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** The server is its new host's from now on, in its new size. What it left is kept, at its old epoch. */
export function switchStep({ deps, cell }: AtCell): ResizeStep {
  return {
    name: 'switch',
    run: async ({ request, output }) => {
      const { place } = output<Placed>('place')
      const { server, epoch, flavors, migration } = request
      return done(null, async (tx) => {
        const row = await instanceRow(tx, server)
        if (row === null || !isUnderWay(row, request)) throw serverErrors.changed_meanwhile({ server })
        await hand(tx, row, {
          server,
          to: place,
          epoch: arrivesAt(epoch),
          flavor: flavors.after,
          task: 'resize_finish',
        })
        await changeMigration(tx, migration, { status: 'post-migrating' })
      })
    },
    undo: async ({ request }) => {
      const { server, epoch, flavors, source } = request
      const row = await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
      if (row === null || !isUnderWay(row, request) || !isThere(row, request)) return done('it is not there')
      return done(null, (tx) =>
        hand(tx, row, {
          server,
          to: source,
          epoch: returnsAt(epoch),
          flavor: flavors.before,
          task: 'resize_migrating',
        }),
      )
    },
  }
}

export interface Handing {
  readonly server: ServerId
  readonly to: { readonly host: HostName; readonly node: NodeName }
  readonly epoch: number
  readonly flavor: Flavor
  readonly task: TaskState
}

/** Gives the server into another host's hands, in the size that it has there. @throws `server.changed_meanwhile` */
export async function hand(
  tx: CellTx,
  row: InstanceRow,
  { server, to: { host, node }, epoch, flavor, task }: Handing,
): Promise<void> {
  const blueprint: ServerBlueprint = { ...(JSON.parse(row.blueprint) as ServerBlueprint), flavor }
  const change = {
    host,
    node,
    nextEpoch: epoch,
    taskState: task,
    flavor: JSON.stringify(flavor),
    blueprint: JSON.stringify(blueprint),
  }
  if (await changeInstance(tx, server, { taskState: row.task_state, epoch: row.epoch }, change)) return
  throw serverErrors.changed_meanwhile({ server })
}
