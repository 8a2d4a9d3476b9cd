import type { HostState, ServerId } from '@novakit/core'
import type { View } from '../decide/view.ts'
import type { Fleet } from './fleet.ts'
import { follow } from './follow.ts'

/** Which hosts pass one rule, as bits by slot; many kinds of requests may share it. */
export interface Gate {
  /** By block. */
  bits: Uint16Array
  readonly ignoresUsage: boolean
  sync(): void
}

export interface Rule {
  /** @param view of no server and no group */
  passes(host: HostState, view: View): boolean
  readonly ignoresUsage: boolean
}

export function openGate(fleet: Fleet, rule: Rule): Gate {
  let view: View = viewOf(fleet)
  const judge = (slot: number): void => {
    const host = fleet.hosts[slot] ?? null
    const block = slot >> 4
    const bit = 1 << (slot & 15)
    const before = gate.bits[block] as number
    gate.bits[block] = host !== null && rule.passes(host, view) ? before | bit : before & ~bit
  }
  const anew = (): void => {
    view = viewOf(fleet)
    gate.bits = new Uint16Array(fleet.capacity >> 4)
    for (let slot = 0; slot < fleet.size; slot++) judge(slot)
  }
  const gate: Gate = {
    bits: new Uint16Array(0),
    ignoresUsage: rule.ignoresUsage,
    sync: follow(fleet, anew, (slot, usageOnly) => {
      if (!(rule.ignoresUsage && usageOnly)) judge(slot)
    }),
  }
  return gate
}

/** For what reads nothing but host, aggregates and what requests of a kind have in common. */
export function viewOf(fleet: Fleet): View {
  const made = new Map<object, unknown>()
  return {
    server: '' as ServerId,
    group: null,
    aggregates: fleet.aggregates,
    hosts: [],
    once: <T>(key: object, make: () => T): T => {
      if (!made.has(key)) made.set(key, make())
      return made.get(key) as T
    },
  }
}
