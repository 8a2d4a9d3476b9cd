import type { CellId, ConsumerId, HostName, MigrationId, ServerId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Saga } from '../../saga/index.ts'
import { changeMigration, migrationsOf } from '../../storage/cell/migrations-of.ts'
import { done } from '../../saga/index.ts'
import { id } from '../../domain/ids.ts'
import { later } from '../../domain/unit/units.ts'
import { tombstonesOn } from '../../storage/cell/tombstones.ts'

export const SETTLE = 'migration.settle'

export interface SettleRequest {
  readonly server: ServerId
  readonly migration: MigrationId
  /** The host that was given up, and up to which epoch. */
  readonly host: HostName
  readonly epoch: number
}

/** Once the host has come back and shown that nothing of the server is left there, its room there is free. */
export function settleSaga(deps: ConductorDeps, cell: CellId): Saga<'cell', SettleRequest> {
  return {
    kind: SETTLE,
    store: 'cell',
    steps: [
      {
        name: 'free',
        pivot: true,
        run: async ({ request: { server, host, epoch, migration }, now }) => {
          const buried = await deps.cells.get(cell).read((tx) => tombstonesOn(tx, host))
          if ((buried.get(server) ?? 0) >= epoch) return { kind: 'parked', until: later(now, deps.timing.commandEvery) }
          const [known] = await deps.cells.get(cell).read((tx) => migrationsOf(tx, server, migration))
          // The server has not arrived yet, or come to nothing.
          if (known?.status === 'running') return { kind: 'parked', until: later(now, deps.timing.lookEvery) }
          await deps.global.write((tx) => deps.ledger.release(tx, [id<ConsumerId>(migration)]))
          return done(null, async (tx) => {
            if (known?.status === 'done') await changeMigration(tx, migration, { status: 'completed' })
          })
        },
        undo: 'nothing to undo: it only goes forward',
      },
    ],
  }
}
