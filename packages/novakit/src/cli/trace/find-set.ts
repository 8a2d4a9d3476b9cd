import type { TraceSet } from './set.ts'
import { readSet } from './read-set.ts'
import { twinSet } from './twin-set.ts'

/** A set from its files, or its twin where they are not there. @throws `trace.malformed`, `trace.wrong_use` */
export async function findSet(folder: string, name: string, times: number): Promise<TraceSet> {
  return (await readSet(folder, name, times)) ?? twinSet(name, times)
}
