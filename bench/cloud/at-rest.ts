import path from 'node:path'
import { createCloud, gib, minutes, type Cloud } from 'novakit'
import { fakeDriver } from '@novakit/driver-fake'

export interface AtRestLoad {
  readonly about: string
  readonly hosts: number
  readonly host: { readonly vcpus: number; readonly memoryGiB: number; readonly diskGiB: number }
  readonly servers: number
  /** Asked for at one time. */
  readonly each: number
  readonly flavor: string
  readonly gets: number
  readonly pages: number
  readonly restSeconds: number
}

/** What a process measures of a cloud at rest. */
export interface AtRest {
  /** Milliseconds each. */
  readonly get: number
  readonly page: number
  /** As part of one processor. */
  readonly idle: number
  /** MiB */
  readonly memory: number
}

/** A cloud of simulated hosts whose guests outlive the process. */
export function openAtRest({ hosts, host }: AtRestLoad, folder: string): Promise<Cloud> {
  const { vcpus, memoryGiB, diskGiB } = host
  const size = { vcpus, memory: gib(memoryGiB), disk: gib(diskGiB) }
  const driver = fakeDriver({ ...size, stateFile: path.join(folder, 'guests') })
  return createCloud({
    database: path.join(folder, 'cloud.db'),
    hosts: Object.fromEntries(Array.from({ length: hosts }, (_, index) => [`host-${index}`, driver])),
    timing: { greetWithin: minutes(5) },
  })
}
