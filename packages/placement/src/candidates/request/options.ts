import type { TreeProvider } from '../types.ts'
import { isEligible } from './eligible.ts'
import { fitsAll } from './fit.ts'
import type { Plan, PlannedGroup } from './plan.ts'
import type { Reach } from './reach.ts'

/** For each slot, the nodes that can serve it as long as no other slot does. */
export type Options = readonly (readonly number[])[]

/** Null as soon as one slot has none. */
export function optionsOf(plan: Plan, reach: Reach): Options | null {
  const options: (readonly number[])[] = []
  let group: PlannedGroup | null = null
  let eligible: readonly number[] = []
  for (const slot of plan.slots) {
    if (slot.group !== group) {
      group = slot.group
      eligible = eligibleFor(group, reach)
    }
    const fitting = eligible.filter((node) => fitsAll((reach.nodes[node] as TreeProvider).inventories, slot.wanted))
    if (fitting.length === 0) return null
    options.push(fitting)
  }
  return options
}

export function eligibleFor(group: PlannedGroup, reach: Reach): readonly number[] {
  const eligible: number[] = []
  for (let node = 0; node < reach.nodes.length; node++) if (isEligible(group, reach, node)) eligible.push(node)
  return eligible
}
