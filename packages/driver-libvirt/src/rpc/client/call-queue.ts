import { libvirtErrors } from '../errors.ts'
import type { Job } from '../link/job.ts'
import type { Link } from '../link/link.ts'

/**
 * Calls in the order in which they were made, at most so many under way at a time. What has not been sent outlives the
 * link: it waits for the next one.
 */
export interface CallQueue {
  push(job: Job): void
  /** Takes back a call that has not been sent. One that has keeps its place until the daemon answers. */
  drop(job: Job): void
  /** From now on over this link, with nothing under way. Null: hold everything back. */
  use(link: Link | null): void
  /** A call was answered: there is room for another. */
  answered(): void
  failAll(reason: Error): void
}

export function callQueue(room: number): CallQueue {
  const waiting = new Set<Job>()
  let link: Link | null = null
  let underWay = 0
  const flow = (): void => {
    for (const job of waiting) {
      if (link === null || underWay >= room) return
      waiting.delete(job)
      underWay++
      link.send(job)
    }
  }
  return {
    push: (job) => {
      if (job.bound === true && link === null) return job.failed(libvirtErrors.connection_lost({}))
      waiting.add(job)
      flow()
    },
    drop: (job) => void waiting.delete(job),
    use: (next) => {
      link = next
      underWay = 0
      const left = [...waiting].filter((job) => job.bound === true)
      for (const job of left) {
        waiting.delete(job)
        job.failed(libvirtErrors.connection_lost({}))
      }
      flow()
    },
    answered: () => {
      underWay--
      flow()
    },
    failAll: (reason) => {
      const jobs = [...waiting]
      waiting.clear()
      for (const job of jobs) job.failed(reason)
    },
  }
}
