import type { StoreName } from '../domain/storage/store-name.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { MigrationSet, OpenStore, StorageDriver, Store } from '../ports/storage.ts'
import type { Random } from '../ports/random.ts'
import { instant, type Instant } from '../domain/unit/units.ts'
import { openGate } from './gate.ts'
import { migrate, migrationsFor } from './migrate.ts'
import { readOn } from './read.ts'
import { statementCompiler } from './statement.ts'
import { whileBusy } from './retry.ts'
import { refuseInsideWrite, writeOn } from './write.ts'

export interface StoreDeps {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/**
 * Opens a store and brings its schema up to date. Of `migrations` it takes those for this kind of store.
 * @throws `storage.cannot_open`, `storage.read_only`, `storage.corrupt`, `storage.busy`, `storage.schema_newer`,
 *   `storage.schema_older`, `storage.migration_failed`
 */
export async function openStore<Kind extends 'global' | 'cell'>(
  kind: Kind,
  name: StoreName,
  driver: StorageDriver,
  deps: StoreDeps,
  migrations: readonly MigrationSet[],
): Promise<Store<Kind>> {
  const wanted = migrationsFor(kind, migrations)
  const open = await whileBusy(deps, () => driver.open(name, { now: () => wholeMillis(deps.clock) }))
  try {
    await whileBusy(deps, () => migrate(open, `${name} (${driver.name})`, wanted))
  } catch (error) {
    await open.close()
    throw error
  }
  return storeOn(name, open, { ...deps, log: deps.log.with({ store: name }) })
}

/** Columns of instants hold whole milliseconds; a clock of the host app's, or a virtual one, may be finer. */
function wholeMillis(clock: Clock): Instant {
  return instant(Math.floor(clock.now()))
}

function storeOn<Kind extends 'global' | 'cell'>(name: StoreName, open: OpenStore, deps: StoreDeps): Store<Kind> {
  const gate = openGate()
  const compiled = statementCompiler(open)
  const read = readOn<Kind>(open, compiled, deps.log)
  const write = writeOn<Kind>(open, compiled, deps.log)
  return {
    name,
    read: async (work) => {
      refuseInsideWrite('read')
      return gate.during(() => whileBusy(deps, () => read(work)))
    },
    write: async (work) => {
      refuseInsideWrite('write')
      return gate.during(() => whileBusy(deps, () => write(work)))
    },
    close: () => gate.close(() => open.close()),
  }
}
