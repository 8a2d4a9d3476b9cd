import type { ProviderId } from '@novakit/core'
import type { Plan } from '../request/plan.ts'
import type { Options } from '../request/options.ts'
import type { Reach } from '../request/reach.ts'
import { hasAny } from '../request/eligible.ts'
import type { TreeProvider } from '../types.ts'

/** Whether the choices so far can still lead to something: what looks at several slots at once. */
export type Rules = (chosen: readonly number[]) => boolean

export function rulesOf(plan: Plan, reach: Reach, options: Options): Rules {
  const rules = [traitsTogether(plan, reach, options), ...subtreeRules(plan, reach, options)].filter(
    (rule) => rule !== null,
  )
  if (rules.length === 0) return () => true
  return (chosen) => rules.every((rule) => rule(chosen))
}

/** The group without a suffix: each required trait is with a node that was chosen for it, or with one that may be. */
function traitsTogether(plan: Plan, { nodes }: Reach, options: Options): Rules | null {
  const plain = plan.groups.find((group) => group.plain && group.required.length > 0)
  if (plain === undefined) return null
  const slots = [...plan.slots.keys()].filter((slot) => plan.slots[slot]?.group === plain)
  const having = plain.required.map((anyOf) => nodes.map(({ traits }) => hasAny(traits, anyOf)))
  const couldHave = having.map((has) => plan.slots.map((_, slot) => options[slot]?.some((node) => has[node]) ?? false))
  return (chosen) =>
    having.every((has, requirement) =>
      slots.some((slot) => {
        const node = chosen[slot] as number
        return node < 0 ? couldHave[requirement]?.[slot] : has[node]
      }),
    )
}

/**
 * `same_subtree`: one of the nodes chosen is an ancestor of all others. So while some are still to be chosen, one that
 * is above all of those there are must be among them, or be an option.
 */
function subtreeRules(plan: Plan, reach: Reach, options: Options): readonly Rules[] {
  if (plan.subtrees.length === 0) return []
  const lines = linesOf(reach)
  const mayServe = options.map((nodes) => new Set(nodes))
  return plan.subtrees
    .filter((slots) => slots.length > 1)
    .map((slots) => (chosen) => {
      const there = slots.map((slot) => chosen[slot] as number).filter((node) => node >= 0)
      const [first] = there
      if (first === undefined) return true
      const mayLead = (top: number): boolean =>
        there.includes(top) || slots.some((slot) => chosen[slot] === -1 && mayServe[slot]?.has(top))
      const isAbove = (top: number): boolean => there.every((node) => lines[node]?.includes(top))
      return lines[first]?.some((top) => isAbove(top) && mayLead(top)) ?? false
    })
}

/** For each node itself and those above it that are within reach. */
function linesOf({ nodes, around }: Reach): readonly (readonly number[])[] {
  const positions = new Map(nodes.map((node, position) => [node.id, position]))
  const parents = new Map(nodes.map((node) => [node.id, node.parent]))
  for (const { root } of nodes) {
    for (const each of around.sharing.trees.get(root)?.providers ?? []) parents.set(each.id, each.parent)
  }
  return nodes.map((node) => [...lineFrom(node, parents)].flatMap((id) => positions.get(id) ?? []))
}

function* lineFrom(node: TreeProvider, parents: ReadonlyMap<ProviderId, ProviderId | null>): Iterable<ProviderId> {
  let id: ProviderId | null | undefined = node.id
  // No line is longer than that, unless what was put into the index runs in a circle.
  for (let steps = parents.size; steps > 0 && id !== null && id !== undefined; steps--) {
    yield id
    id = parents.get(id)
  }
}
