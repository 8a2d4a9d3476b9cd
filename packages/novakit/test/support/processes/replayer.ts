import type { FailPoint, FailPointHook } from 'novakit'
import { seconds } from 'novakit'
import type { SeenGuest } from '../../../src/cli/trace/check/evidence.ts'
import type { TracePreset } from '../../../src/cli/trace/trace-cloud.ts'
import type { TraceSet } from '../../../src/cli/trace/set.ts'
import { deleteAll, replay } from '../../../src/cli/trace/replay.ts'
import { die, serveParent } from './serve-parent.ts'
import { guestsOf, nothingPending } from '../../../src/cli/trace/trace.ts'
import { prepare } from '../../../src/cli/trace/prepare.ts'
import { quick } from '../open-cloud.ts'
import { replayer, traceCloud } from '../../../src/cli/trace/trace-cloud.ts'

/** A whole cloud with all its hosts, and whoever asks it for servers, in a process of their own. */
export interface ReplayerOptions {
  readonly database: string
  readonly set: TraceSet
  readonly preset: TracePreset
}

/** Where the process dies: at a point of a step, from its n-th visit on, or when so many servers rest. */
export type DieAt =
  | { readonly kind: string; readonly step: string; readonly point: FailPoint; readonly visit: number }
  | { readonly settled: number; readonly millis: number }

let trap: Exclude<DieAt, { readonly settled: number }> | null = null
let visits = 0

const failPoint: FailPointHook = async (point, { kind }, step) => {
  if (trap === null || trap.kind !== kind || trap.step !== step) return
  if (point === 'before') visits++
  if (trap.point === point && visits >= trap.visit) await die()
}

async function begin({ database, set, preset }: ReplayerOptions) {
  const timing = { ...quick, downAfter: seconds(60) }
  const traced = await traceCloud(set, { database, preset, guestsFile: `${database}.guests`, timing, failPoint })
  await traced.cloud.start()
  const verbs = replayer(traced.cloud)
  const prepared = await prepare(verbs, set)
  return {
    /** Until it is over, or the process is. */
    replay: async (at: DieAt | null): Promise<void> => {
      if (at !== null && 'step' in at) trap = at
      const show = ({ settled }: { readonly settled: number }): void => {
        if (at === null || !('settled' in at) || settled < at.settled) return
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), at.millis)
      }
      await replay(traced.cloud, verbs, set, prepared, { inFlight: 16, show })
      await nothingPending(database)
    },
    removeAll: async (): Promise<void> => {
      await deleteAll(verbs)
      await nothingPending(database)
    },
    guests: async (): Promise<readonly SeenGuest[]> => guestsOf(traced.hypervisors),
    violations: async (): Promise<readonly unknown[]> => traced.hypervisors.violations(),
  }
}

export type Replayer = Awaited<ReturnType<typeof begin>>
serveParent(begin)
