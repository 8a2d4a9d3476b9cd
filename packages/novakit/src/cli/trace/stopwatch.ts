import { systemClock } from '@novakit/core'

/** What one part of a run took. */
export interface Lap {
  readonly seconds: number
  /** Seconds of all processors, this whole process. */
  readonly cpu: number
  /** MiB: the most that the process ever had, up to the end of the lap. */
  readonly peakMemory: number
}

export function stopwatch(): { lap(): Lap } {
  let began = systemClock.now()
  let used = process.cpuUsage()
  return {
    lap: () => {
      const { user, system } = process.cpuUsage(used)
      const lap = {
        seconds: (systemClock.now() - began) / 1000,
        cpu: (user + system) / 1e6,
        peakMemory: process.resourceUsage().maxRSS / 1024,
      }
      began = systemClock.now()
      used = process.cpuUsage()
      return lap
    },
  }
}
