import type { Cells } from '../../cells/cells.ts'
import type { Hearing } from '../hearing.ts'
import type { PeriodicTask } from './periodic.ts'
import { probeWrite } from '../../storage/cell/hosts.ts'

/** Asks every cell whether it could hear its hosts, and one that stored nothing whether it does again. */
export function listenOn({ cells, hearing }: { readonly cells: Cells; readonly hearing: Hearing }): PeriodicTask {
  return {
    name: 'listen_on',
    why: 'a host is not called down for a silence of its cell',
    every: hearing.lookEvery,
    run: async () => {
      await cells.ask(async (tx, { id }) => hearing.since(id, await tx.now()))
      const silent = cells.list().filter((cell) => !cell.up)
      await Promise.allSettled(silent.map((cell) => cell.write(probeWrite)))
    },
  }
}
