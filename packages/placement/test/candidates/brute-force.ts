import {
  capacityOf,
  type InventoryUsage,
  type ProviderId,
  type ResourceGroup,
  type ResourceRequest,
} from '@novakit/core'
import type { AllocationCandidate, TreeProvider } from '@novakit/placement/candidates'

/** Provider → class → amount, and suffix → providers, as one comparable line each. */
export type Line = string

type Part = { readonly group: ResourceGroup; readonly resources: Readonly<Record<string, number>> }

/** One anchor and what it can draw on. */
interface Ground {
  readonly root: TreeProvider
  readonly tree: readonly TreeProvider[]
  readonly sharers: readonly TreeProvider[]
  readonly world: readonly TreeProvider[]
}

/**
 * Every candidate, by trying every provider for every part of the request at every anchor, and testing the whole at the
 * end. It shares no code with what it checks: slow, and plain enough to be believed.
 */
export function everyCandidate(
  world: readonly TreeProvider[],
  request: ResourceRequest,
  { nested = true, anchors = world }: { nested?: boolean; anchors?: readonly TreeProvider[] } = {},
): readonly Line[] {
  const parts = request.groups.flatMap((group): readonly Part[] =>
    group.suffix === ''
      ? Object.entries(group.resources).map(([name, amount]) => ({ group, resources: { [name]: amount } }))
      : [{ group, resources: group.resources }],
  )
  const lines = anchors
    .filter((provider) => provider.parent === null)
    .flatMap((root) => {
      const ground = groundOf(root, world)
      const reach = [...ground.tree, ...ground.sharers]
      return choicesFrom(parts.map(({ resources }) => reach.filter((one) => hasAll(one, resources))))
        .filter((choice) => isLegal(choice, parts, request, ground) && (nested || takesOncePerTree(choice, parts)))
        .map((choice) => lineOf(choice.map((one, index) => ({ provider: one.id, ...parts[index]! }))))
    })
  return [...new Set(lines)].toSorted()
}

function groundOf(root: TreeProvider, world: readonly TreeProvider[]): Ground {
  const tree = world.filter((one) => one.root === root.id)
  const near = new Set(tree.flatMap((one) => one.aggregates))
  const sharers = world.filter(
    (one) =>
      one.root !== root.id &&
      one.traits.has('MISC_SHARES_VIA_AGGREGATE') &&
      one.aggregates.some((aggregate) => near.has(aggregate)),
  )
  return { root, tree, sharers, world }
}

function hasAll(one: TreeProvider, resources: Part['resources']): boolean {
  return Object.keys(resources).every((name) => one.inventories.has(name))
}

/** One of each list, in every way. */
function choicesFrom(lists: readonly (readonly TreeProvider[])[]): readonly (readonly TreeProvider[])[] {
  return lists.reduce<readonly (readonly TreeProvider[])[]>(
    (choices, list) => choices.flatMap((choice) => list.map((one) => [...choice, one])),
    [[]],
  )
}

function isLegal(
  choice: readonly TreeProvider[],
  parts: readonly Part[],
  request: ResourceRequest,
  ground: Ground,
): boolean {
  const chosenFor = (isOne: (group: ResourceGroup) => boolean) =>
    choice.filter((_, index) => isOne(parts[index]!.group))
  return (
    request.rootRequired.every((trait) => ground.root.traits.has(trait)) &&
    !request.rootForbidden.some((trait) => ground.root.traits.has(trait)) &&
    request.groups.every((group) =>
      groupHolds(
        group,
        chosenFor((each) => each === group),
        ground,
      ),
    ) &&
    amountsHold(choice, parts) &&
    (request.groupPolicy !== 'isolate' || allDifferent(chosenFor((group) => group.suffix !== ''))) &&
    request.sameSubtree.every((set) =>
      subtreeHolds(
        chosenFor((group) => set.includes(group.suffix)),
        ground.world,
      ),
    )
  )
}

function groupHolds(group: ResourceGroup, used: readonly TreeProvider[], ground: Ground): boolean {
  const required = group.required.map((entry) => (typeof entry === 'string' ? [entry] : entry))
  const has = (one: TreeProvider, anyOf: readonly string[]) => anyOf.some((trait) => one.traits.has(trait))
  const traitsHold =
    group.suffix === ''
      ? required.every((anyOf) => used.some((one) => has(one, anyOf)))
      : used.every((one) => required.every((anyOf) => has(one, anyOf)))
  return (
    traitsHold &&
    used.every((one) => !group.forbidden.some((trait) => one.traits.has(trait))) &&
    used.every((one) => aggregatesHold(group, one, ground) && treeHolds(group, one, ground))
  )
}

function aggregatesHold(group: ResourceGroup, one: TreeProvider, { root, tree }: Ground): boolean {
  const isOwn = tree.includes(one)
  const isIn = (provider: TreeProvider) => (aggregate: string) =>
    (provider.aggregates as readonly string[]).includes(aggregate)
  const isInAll = (provider: TreeProvider) => group.memberOf.every((anyOf) => anyOf.some(isIn(provider)))
  const isNear = (aggregate: string) => isIn(one)(aggregate) || (group.suffix === '' && isIn(root)(aggregate))
  return (isInAll(one) || (group.suffix === '' && isOwn && isInAll(root))) && !group.forbiddenAggregates.some(isNear)
}

function treeHolds(group: ResourceGroup, one: TreeProvider, { tree, world }: Ground): boolean {
  if (group.inTree === null) return true
  if (group.suffix === '' && !tree.includes(one)) return false
  return world.find((each) => each.id === group.inTree)?.root === one.root
}

function amountsHold(choice: readonly TreeProvider[], parts: readonly Part[]): boolean {
  const single = parts.every(({ resources }, index) =>
    Object.entries(resources).every(([name, amount]) => {
      const inventory = choice[index]!.inventories.get(name)
      return inventory !== undefined && unitHolds(inventory, amount)
    }),
  )
  const summed = choice.every((one) =>
    [...one.inventories].every(([name, inventory]) => {
      const sum = parts.reduce(
        (total, part, index) => total + (choice[index] === one ? (part.resources[name] ?? 0) : 0),
        0,
      )
      return sum === 0 || (inventory.used + sum <= capacityOf(inventory) && sum <= inventory.maxUnit)
    }),
  )
  return single && summed
}

function unitHolds({ minUnit, maxUnit, stepSize }: InventoryUsage, amount: number): boolean {
  return amount >= minUnit && amount <= maxUnit && amount % stepSize === 0
}

function allDifferent(providers: readonly TreeProvider[]): boolean {
  return new Set(providers).size === providers.length
}

function subtreeHolds(used: readonly TreeProvider[], world: readonly TreeProvider[]): boolean {
  const line = (one: TreeProvider): readonly TreeProvider[] => {
    const parent = world.find((each) => each.id === one.parent)
    return parent === undefined ? [one] : [one, ...line(parent)]
  }
  return used.length === 0 || used.some((top) => used.every((one) => line(one).includes(top)))
}

function takesOncePerTree(choice: readonly TreeProvider[], parts: readonly Part[]): boolean {
  const takers = new Set(choice.filter((_, index) => Object.keys(parts[index]!.resources).length > 0))
  return new Set([...takers].map((one) => one.root)).size === takers.size
}

/** The same for equal candidates, whatever order their maps are in. */
function lineOf(parts: readonly (Part & { readonly provider: ProviderId })[]): Line {
  const amounts = new Map<string, number>()
  const mappings = new Set<string>()
  for (const { provider, group, resources } of parts) {
    mappings.add(`${group.suffix || '-'}>${provider}`)
    for (const [name, amount] of Object.entries(resources)) {
      amounts.set(`${provider}.${name}`, (amounts.get(`${provider}.${name}`) ?? 0) + amount)
    }
  }
  return [...[...amounts].map(([key, sum]) => `${key}=${sum}`).toSorted(), '|', ...[...mappings].toSorted()].join(' ')
}

/** A candidate as the same line. */
export function lineOfCandidate({ allocations, mappings }: AllocationCandidate): Line {
  const amounts = [...allocations].flatMap(([id, sums]) =>
    Object.entries(sums).map(([name, sum]) => `${id}.${name}=${sum}`),
  )
  const served = [...mappings].flatMap(([suffix, providers]) => providers.map((id) => `${suffix || '-'}>${id}`))
  return [...amounts.toSorted(), '|', ...served.toSorted()].join(' ')
}
