import type { Resources } from '@novakit/core'
import { capacityIn, type TypicalRequest } from '@novakit/scheduler'
import type { Workload } from '../workload/workload.ts'
import { typicalOf } from './typical.ts'

/** What policies and measures have to know of a workload. */
export interface Context {
  readonly focus: string
  /** Classes in which hosts and requests are vectors, and what the largest host has of each. */
  readonly scale: Resources
  /** The focus is shares of devices, and not something of a host's root. */
  readonly onDevices: boolean
  readonly typical: readonly TypicalRequest[]
}

export function contextOf({ config, hosts, jobs }: Workload): Context {
  const { focus } = config
  const asked = new Set(jobs.flatMap(({ shape }) => Object.keys(shape.total)))
  const classes = config.vector ?? [...asked].toSorted()
  const largest = (name: string): number => hosts.reduce((most, host) => Math.max(most, capacityIn(host, name)), 0)
  const scale = Object.fromEntries(classes.map((name) => [name, largest(name)]).filter(([, most]) => most !== 0))
  const roots = [...new Set(jobs.flatMap(({ shape }) => Object.keys(shape.resources)))].toSorted()
  const { cover, resources } = config.typical ?? { cover: 0.95, resources: roots }
  return {
    focus,
    scale,
    onDevices: hosts.some(({ children }) => children.some(({ inventories }) => inventories.has(focus))),
    typical: typicalOf(jobs, focus, { cover, classes: resources }),
  }
}
