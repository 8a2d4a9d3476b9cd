import type { ResourceRequest } from '@novakit/core'
import { eligibleFor } from '../request/options.ts'
import { missingTraits, nodeTests } from '../request/eligible.ts'
import { fitsAll, leftOf, misfit } from '../request/fit.ts'
import type { Plan, PlannedGroup, Want } from '../request/plan.ts'
import type { Reach } from '../request/reach.ts'
import type { ClassShortage, Shortage, ShortageCause, ShortageCode, TreeProvider } from '../types.ts'

const nothing: Omit<Shortage, 'code'> = { group: null, classes: [], traits: [] }

/** The root's traits are asked before anything else; null if they are as wanted. */
export function rootShortage(traits: ReadonlySet<string>, request: ResourceRequest): Shortage | null {
  const missing = request.rootRequired.filter((trait) => !traits.has(trait))
  const forbidden = request.rootForbidden.filter((trait) => traits.has(trait))
  if (missing.length + forbidden.length === 0) return null
  return { ...nothing, code: 'placement.root_traits', traits: [...missing, ...forbidden.map((trait) => `!${trait}`)] }
}

/** What the first group that finds nothing alone is short of; null if each finds something. */
export function groupShortage(plan: Plan, reach: Reach): Shortage | null {
  for (const group of plan.groups) {
    const short = testShortage(group, reach) ?? resourceShortage(group, providersFor(group, reach))
    if (short !== null) return short
  }
  return null
}

function providersFor(group: PlannedGroup, reach: Reach): readonly TreeProvider[] {
  return eligibleFor(group, reach).map((node) => reach.nodes[node] as TreeProvider)
}

/** Groups that fit one by one: names the classes of which the whole tree has too little, if that is it. */
export function combinedShortage(plan: Plan, { nodes }: Reach, gaveUp: boolean): Shortage {
  const sums = new Map<string, number>()
  for (const { wanted } of plan.groups) {
    for (const { resourceClass, amount } of wanted) sums.set(resourceClass, (sums.get(resourceClass) ?? 0) + amount)
  }
  const classes = [...sums].flatMap(([resourceClass, requested]): ClassShortage[] => {
    const inventories = nodes.flatMap((provider) => provider.inventories.get(resourceClass) ?? [])
    const available = inventories.reduce((sum, inventory) => sum + Math.max(0, leftOf(inventory)), 0)
    if (available >= requested) return []
    return [short(resourceClass, 'capacity', requested, available, null)]
  })
  return { ...nothing, code: gaveUp ? 'placement.too_many_combinations' : 'placement.combination', classes }
}

function testShortage(group: PlannedGroup, reach: Reach): Shortage | null {
  const { suffix } = group.group
  let rest: readonly number[] = [...reach.nodes.keys()]
  for (const [code, test] of nodeTests) {
    const passed = rest.filter((node) => test(group, reach, node))
    if (passed.length === 0) {
      return { ...nothing, code, group: suffix, traits: unmetTraits(code, group, providersAt(reach, rest)) }
    }
    rest = passed
  }
  const missing = group.plain ? missingTraits(group, providersAt(reach, rest)) : []
  return missing.length === 0 ? null : { ...nothing, code: 'placement.traits', group: '', traits: missing }
}

function providersAt({ nodes }: Reach, positions: readonly number[]): readonly TreeProvider[] {
  return positions.map((position) => nodes[position] as TreeProvider)
}

/** Of the provider that lacks the fewest. */
function unmetTraits(code: ShortageCode, group: PlannedGroup, among: readonly TreeProvider[]): readonly string[] {
  if (code !== 'placement.traits') return []
  const unmet = among.map((provider) => [
    ...(group.plain ? [] : missingTraits(group, [provider])),
    ...group.group.forbidden.filter((trait) => provider.traits.has(trait)).map((trait) => `!${trait}`),
  ])
  return unmet.toSorted((a, b) => a.length - b.length)[0] ?? []
}

function resourceShortage({ group, plain, wanted }: PlannedGroup, eligible: readonly TreeProvider[]): Shortage | null {
  // A group without a suffix may have each class from another provider.
  const parts = plain ? wanted.map((want) => [want]) : [wanted]
  const classes = parts.flatMap((part) => partShortage(part, eligible))
  const cause = causes.find((each) => classes.some((shortage) => shortage.cause === each))
  return cause === undefined ? null : { ...nothing, code: `placement.${cause}`, group: group.suffix, classes }
}

/** What the provider that comes closest is short of; nothing if one has it all. */
function partShortage(part: readonly Want[], eligible: readonly TreeProvider[]): readonly ClassShortage[] {
  if (eligible.some(({ inventories }) => fitsAll(inventories, part))) return []
  return closest(
    eligible.map((provider) =>
      part.flatMap(({ resourceClass, amount }) => classShortage(provider, resourceClass, amount) ?? []),
    ),
  )
}

/** The gravest first: it names the shortage. */
const causes: readonly ShortageCause[] = ['no_inventory', 'unit', 'capacity']

/** The shortages of the provider that comes closest: the fewest grave ones, then the least missing in proportion. */
function closest(perProvider: readonly (readonly ClassShortage[])[]): readonly ClassShortage[] {
  const gravity = (shortages: readonly ClassShortage[]): readonly number[] => [
    ...causes.map((cause) => shortages.filter((each) => each.cause === cause).length),
    shortages.reduce((sum, each) => sum + each.shortBy / each.requested, 0),
  ]
  const compare = (a: readonly number[], b: readonly number[]): number =>
    a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0
  const weighed = perProvider.map((shortages) => ({ shortages, gravity: gravity(shortages) }))
  return weighed.sort((a, b) => compare(a.gravity, b.gravity))[0]?.shortages ?? []
}

function classShortage(provider: TreeProvider, resourceClass: string, requested: number): ClassShortage | null {
  const inventory = provider.inventories.get(resourceClass)
  const cause = misfit(inventory, requested)
  if (cause === null) return null
  return short(resourceClass, cause, requested, inventory === undefined ? 0 : leftOf(inventory), provider)
}

function short(
  resourceClass: string,
  cause: ShortageCause,
  requested: number,
  available: number,
  provider: TreeProvider | null,
): ClassShortage {
  const shortBy = Math.max(0, requested - available)
  return { resourceClass, cause, requested, available, shortBy, provider: provider?.id ?? null }
}
