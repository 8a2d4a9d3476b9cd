import type { HostState } from '@novakit/core'
import { capacityIn, freeOf, prepareTypical } from '@novakit/scheduler'
import type { Context } from '../policies/context.ts'
import type { Job } from '../workload/workload.ts'
import type { Totals } from './sample.ts'

export function totalsOf(hosts: readonly HostState[], jobs: readonly Job[], context: Context): Totals {
  const { focus, scale, onDevices, typical } = context
  const classes = [...new Set([focus, ...Object.keys(scale)])]
  const least = (name: string): number =>
    jobs.reduce((min, { shape }) => {
      const asked = shape.total[name] ?? 0
      return asked > 0 && asked < min ? asked : min
    }, Number.POSITIVE_INFINITY)
  // Few hosts change between two samples.
  const known = new WeakMap<HostState, readonly number[]>()
  const capacities = hosts.map((host) => classes.map((name) => capacityIn(host, name)))
  return {
    focus,
    classes,
    capacities,
    capacity: classes.map((_, at) => capacities.reduce((sum, each) => sum + (each[at] as number), 0)),
    least: classes.map(least),
    freeOn: (host) => {
      const free = known.get(host) ?? classes.map((name) => freeOf(host, name))
      known.set(host, free)
      return free
    },
    typical: onDevices ? prepareTypical({ device: focus, typical }) : null,
  }
}
