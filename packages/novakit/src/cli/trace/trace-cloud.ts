import type { Cloud, Verbs } from '@novakit/core'
import type { CloudOptions } from '../../options.ts'
import type { FakeWorld } from '@novakit/driver-fake'
import type { TraceHost, TraceSet } from './set.ts'
import { createCloud } from '../../create-cloud.ts'
import { fakeDriver } from '@novakit/driver-fake'
import { filterScheduler } from '@novakit/scheduler'
import { gib, minutes } from '@novakit/core'

/** Fills hosts one after the other, or spreads servers over them. */
export const tracePresets = { pack: 'packing', spread: 'spreading' } as const
export type TracePreset = keyof typeof tracePresets

/** A cloud of a set's hosts, all of them in this process, and the hypervisors below it. */
export interface TraceCloud {
  readonly cloud: Cloud
  readonly hypervisors: FakeWorld
}

export interface TraceCloudOptions extends Omit<CloudOptions, 'hosts' | 'cells' | 'scheduler'> {
  readonly preset: TracePreset
  /** Where guests are kept, if they are to outlive the process. */
  readonly guestsFile?: string
}

/** Not started. */
export async function traceCloud(set: TraceSet, options: TraceCloudOptions): Promise<TraceCloud> {
  const { preset, guestsFile, ...rest } = options
  const sizes = new Map(set.hosts.map((host) => [host.name, sizeOf(host)]))
  const driver = fakeDriver({
    nodes: (host) => ({ [host]: sizes.get(host) ?? {} }),
    ...(guestsFile === undefined ? {} : { stateFile: guestsFile }),
  } as Parameters<typeof fakeDriver>[0])
  const cloud = await createCloud({
    ...rest,
    hosts: Object.fromEntries(set.hosts.map(({ name }) => [name, driver])),
    scheduler: filterScheduler({ preset: tracePresets[preset] }),
    timing: { greetWithin: minutes(5), ...rest.timing },
  })
  return { cloud, hypervisors: driver.world }
}

/** The sets say nothing of disks: servers have none of their own, and a host has some. */
function sizeOf({ vcpus, memoryGiB }: TraceHost) {
  return { vcpus, memory: gib(memoryGiB), disk: gib(100), ratios: { cpu: 1, memory: 1, disk: 1 } }
}

/** Whom the servers belong to. It may see where they run, and make racks. */
export const traceProject = 'trace'

export function replayer(cloud: Cloud): Verbs {
  return cloud.as({ project: traceProject, user: 'replayer', roles: ['admin'] })
}
