import path from 'node:path'
import type { SeenGuest } from '../../../src/cli/trace/check/evidence.ts'
import type { TraceSet } from '../../../src/cli/trace/set.ts'
import { guestsOf, nothingPending } from '../../../src/cli/trace/trace.ts'
import { prepare } from '../../../src/cli/trace/prepare.ts'
import { quick } from '../open-cloud.ts'
import { replay } from '../../../src/cli/trace/replay.ts'
import { replayer, traceCloud } from '../../../src/cli/trace/trace-cloud.ts'

/** What a replay leaves: its database, closed, and the guests that ran at the end. */
export interface Played {
  readonly database: string
  readonly guests: readonly SeenGuest[]
}

export async function played(set: TraceSet, folder: string): Promise<Played> {
  const database = path.join(folder, 'cloud.db')
  const { cloud, hypervisors } = await traceCloud(set, { database, preset: 'pack', timing: quick })
  try {
    await cloud.start()
    const verbs = replayer(cloud)
    await replay(cloud, verbs, set, await prepare(verbs, set), { inFlight: 1 })
    await nothingPending(database)
    return { database, guests: guestsOf(hypervisors) }
  } finally {
    await cloud.stop()
  }
}
