import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Millis } from '../../domain/unit/units.ts'
import { problemOf } from '../../domain/error.ts'

/** Something that a conductor does now and then, whoever asks for what. Several conductors may do it at once. */
export interface PeriodicTask {
  readonly name: string
  /** What it is for, in one line. */
  readonly why: string
  readonly every: Millis
  run(): Promise<void>
}

/** Does it until told to stop. What fails is written to the log and done again at the next turn. */
export async function runPeriodically(
  { name, every, run }: PeriodicTask,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await run().catch((error: unknown) => {
      log.warn('a periodic task failed', { task: name, code: problemOf(error).code })
    })
    await clock.sleep(every, signal)
  }
}
