import type { HostState } from '@novakit/core'
import { dice, type Dice } from '../dice.ts'
import type { GeneratedHosts, GeneratedKind, GeneratedRequests } from './config.ts'
import { makeHost } from './make-host.ts'
import { openShapes } from './shapes.ts'
import type { Job } from './workload.ts'

/** Hosts whose kinds are drawn by their weights; the same for the same name. */
export function generateHosts(seed: string, { generate: { count, kinds } }: GeneratedHosts): readonly HostState[] {
  const roll = dice(`${seed}/hosts`)
  return Array.from({ length: count }, (_, at) => {
    const { name, resources, devices } = drawKind(kinds, roll)
    return makeHost(`${name}-${String(at).padStart(6, '0')}`, resources, devices)
  })
}

/** Requests whose kinds are drawn by their weights, and their times from exponential distributions. */
export function generateRequests(seed: string, { generate }: GeneratedRequests): readonly Job[] {
  const { count, kinds, interval, lifetime } = generate
  const roll = dice(`${seed}/requests`)
  const shapes = openShapes()
  let now = 0
  return Array.from({ length: count }, (_, at) => {
    const { name, resources, devices } = drawKind(kinds, roll)
    now += interval === undefined ? 1 : exponential(interval, roll)
    const departs = lifetime === undefined ? null : now + exponential(lifetime, roll)
    return { name: `server-${at}`, shape: shapes.of(name, resources, devices), arrives: now, departs }
  })
}

function drawKind(kinds: readonly GeneratedKind[], { share }: Dice): GeneratedKind {
  let left = share() * kinds.reduce((sum, { weight }) => sum + weight, 0)
  for (const kind of kinds) {
    left -= kind.weight
    if (left < 0) return kind
  }
  return kinds[kinds.length - 1] as GeneratedKind
}

function exponential(mean: number, { share }: Dice): number {
  return -mean * Math.log(1 - share())
}
