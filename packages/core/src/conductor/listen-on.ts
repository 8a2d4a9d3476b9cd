import type { Cells } from '../cells/cells.ts'
import type { Clock } from '../ports/clock.ts'
import type { Hearing } from './hearing.ts'
import type { Log } from '../ports/log.ts'
import { probeWrite } from '../storage/cell/hosts.ts'
import { problemOf } from '../domain/error.ts'

export interface ListenOnDeps {
  readonly cells: Cells
  readonly hearing: Hearing
  readonly clock: Clock
  readonly log: Log
}

/** Asks every cell now and then whether it could hear its hosts, and one that stored nothing whether it does again. */
export async function listenOn({ cells, hearing, clock, log }: ListenOnDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look(cells, hearing).catch((error: unknown) => {
      log.warn('the cells could not be asked whether they hear their hosts', { code: problemOf(error).code })
    })
    await clock.sleep(hearing.lookEvery, signal)
  }
}

async function look(cells: Cells, hearing: Hearing): Promise<void> {
  await cells.ask(async (tx, { id }) => hearing.since(id, await tx.now()))
  const silent = cells.list().filter((cell) => !cell.up)
  await Promise.allSettled(silent.map((cell) => cell.write(probeWrite)))
}
