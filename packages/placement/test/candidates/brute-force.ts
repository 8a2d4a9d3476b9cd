import {
  capacityOf,
  type HostState,
  type InventoryUsage,
  type ProviderState,
  type ResourceGroup,
  type ResourceRequest,
} from '@novakit/core'

/** Provider → class → amount, and suffix → providers, as one comparable line each. */
export type Line = string

/**
 * Every candidate, by trying every provider for every part of the request and testing the whole at the end. It shares
 * no code with what it checks: slow, and plain enough to be believed.
 */
export function everyCandidate(
  host: HostState,
  request: ResourceRequest,
  sharing: readonly ProviderState[],
): readonly Line[] {
  const root: ProviderState = { ...host, id: host.provider, name: host.node, parent: null }
  const tree = [root, ...host.children]
  const sharers = sharing.filter((one) => one.aggregates.some((a) => tree.some((node) => node.aggregates.includes(a))))
  const parts = request.groups.flatMap((group) =>
    group.suffix === ''
      ? Object.entries(group.resources).map(([name, amount]) => ({ group, resources: { [name]: amount } }))
      : [{ group, resources: group.resources }],
  )
  const everyChoice = parts.reduce<readonly (readonly ProviderState[])[]>(
    (choices) => choices.flatMap((choice) => [...tree, ...sharers].map((one) => [...choice, one])),
    [[]],
  )
  const legal = everyChoice.filter((choice) => {
    const of = (group: ResourceGroup) => choice.filter((_, index) => parts[index]?.group === group)
    return (
      request.rootRequired.every((trait) => root.traits.has(trait)) &&
      !request.rootForbidden.some((trait) => root.traits.has(trait)) &&
      request.groups.every((group) => groupHolds(group, of(group), root, tree)) &&
      amountsHold(choice, parts) &&
      (request.groupPolicy !== 'isolate' || allDifferent(choice.filter((_, i) => parts[i]?.group.suffix !== ''))) &&
      request.sameSubtree.every((set) =>
        subtreeHolds(
          choice.filter((_, i) => set.includes(parts[i]?.group.suffix ?? '')),
          tree,
        ),
      )
    )
  })
  return legal.map((choice) => lineOf(choice.map((one, index) => ({ provider: one.id, ...parts[index]! })))).toSorted()
}

function groupHolds(
  group: ResourceGroup,
  used: readonly ProviderState[],
  root: ProviderState,
  tree: readonly ProviderState[],
) {
  const plain = group.suffix === ''
  const required = group.required.map((entry) => (typeof entry === 'string' ? [entry] : entry))
  const has = (one: ProviderState, anyOf: readonly string[]) => anyOf.some((trait) => one.traits.has(trait))
  const traitsHold = plain
    ? required.every((anyOf) => used.some((one) => has(one, anyOf)))
    : used.every((one) => required.every((anyOf) => has(one, anyOf)))
  return (
    traitsHold &&
    used.every((one) => {
      const inTree = tree.includes(one)
      const member = [...one.aggregates, ...(plain && inTree ? root.aggregates : [])]
      return (
        !group.forbidden.some((trait) => one.traits.has(trait)) &&
        group.memberOf.every((anyOf) => anyOf.some((each) => member.includes(each))) &&
        !group.forbiddenAggregates.some((each) => member.includes(each)) &&
        (group.inTree === null ||
          (inTree ? tree.some((node) => node.id === group.inTree) : !plain && one.id === group.inTree))
      )
    })
  )
}

type Part = { readonly group: ResourceGroup; readonly resources: Readonly<Record<string, number>> }

function amountsHold(choice: readonly ProviderState[], parts: readonly Part[]): boolean {
  const single = parts.every(({ resources }, index) =>
    Object.entries(resources).every(([name, amount]) => {
      const inventory = choice[index]?.inventories.get(name)
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

function allDifferent(providers: readonly ProviderState[]): boolean {
  return new Set(providers).size === providers.length
}

function subtreeHolds(used: readonly ProviderState[], tree: readonly ProviderState[]): boolean {
  const line = (one: ProviderState): readonly ProviderState[] => {
    const parent = tree.find((each) => each.id === one.parent)
    return parent === undefined ? [one] : [one, ...line(parent)]
  }
  return used.length === 0 || used.some((top) => used.every((one) => line(one).includes(top)))
}

/** The same for equal candidates, whatever order their maps are in. */
export function lineOf(parts: readonly (Part & { readonly provider: string })[]): Line {
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
