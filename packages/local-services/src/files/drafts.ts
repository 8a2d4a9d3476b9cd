import { readFile } from 'node:fs/promises'
import type { Ids } from '@novakit/core'
import type { SealedFolder } from './sealed-folder.ts'

/**
 * Names for files that are not complete yet. A name tells which process writes it, so that whoever comes after a crash
 * knows what nobody will finish.
 */
export interface Drafts {
  newName(): string
  /** Whether the process that chose the name still runs. */
  isAlive(name: string): Promise<boolean>
}

const NAME = /^(\d{1,10})\.(\d{1,20})\.[0-9a-f-]{36}$/

export async function drafts(ids: Ids): Promise<Drafts> {
  const { pid } = process
  const start = (await startOf(pid)) ?? '0'
  return {
    newName: () => `${pid}.${start}.${ids.uuid()}`,
    isAlive: async (name) => {
      const [, pidThere = '', startThere] = NAME.exec(name) ?? []
      return pidThere !== '' && (await startOf(Number(pidThere))) === startThere
    },
  }
}

/** Removes what dead processes left unfinished. */
export async function sweepDrafts(folder: SealedFolder, { isAlive }: Drafts): Promise<void> {
  for (const name of await folder.list()) if (!(await isAlive(name))) await folder.remove(name)
}

/** When a process started, in ticks since the machine did: numbers are given again, with another start. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null)
  // The second field is a name in brackets, which may hold spaces and brackets.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
}
