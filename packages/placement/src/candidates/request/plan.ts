import type { ResourceGroup, ResourceRequest } from '@novakit/core'

/** One class and its amount; `column` numbers the classes of the request. */
export interface Want {
  readonly resourceClass: string
  readonly amount: number
  readonly column: number
}

export interface PlannedGroup {
  readonly group: ResourceGroup
  /** Without a suffix: may draw on several providers of a tree, and on sharing ones. */
  readonly plain: boolean
  /** All of these, each by any of its names. */
  readonly required: readonly (readonly string[])[]
  readonly wanted: readonly Want[]
}

/**
 * One choice of one provider. A group with a suffix is one slot; the group without is one per class, as its classes
 * may come from different providers while no class is ever split.
 */
export interface Slot {
  readonly group: PlannedGroup
  readonly wanted: readonly Want[]
  /** Slots of one kind leave the same to the slots after them, wherever they are put. */
  readonly kind: number
}

/** A request as searches read it: worked out once, and asked of every tree. */
export interface Plan {
  readonly request: ResourceRequest
  readonly groups: readonly PlannedGroup[]
  readonly slots: readonly Slot[]
  /** How many classes are asked for. */
  readonly columns: number
  readonly isolate: boolean
  /** A candidate may take from several providers of one tree. */
  readonly nested: boolean
  /** For each of `sameSubtree`, positions of its slots. */
  readonly subtrees: readonly (readonly number[])[]
  /** The one group, if it is plain and there is nothing else: on a single provider there is nothing to choose. */
  readonly only: PlannedGroup | null
}

export function planOf(request: ResourceRequest, nested: boolean): Plan {
  const columns = new Map<string, number>()
  const groups = request.groups.map((group) => plannedGroup(group, columns))
  const slots = groups.flatMap(slotsOf)
  const [first] = groups
  return {
    request,
    groups,
    slots: numbered(slots, request),
    columns: columns.size,
    isolate: request.groupPolicy === 'isolate',
    nested,
    subtrees: request.sameSubtree.map((suffixes) =>
      [...slots.keys()].filter((position) => suffixes.includes(slots[position]?.group.group.suffix ?? '')),
    ),
    only: first?.plain === true && groups.length === 1 && request.sameSubtree.length === 0 ? first : null,
  }
}

function plannedGroup(group: ResourceGroup, columns: Map<string, number>): PlannedGroup {
  const wanted = Object.entries(group.resources)
    .filter(([, amount]) => amount > 0)
    .map(([resourceClass, amount]): Want => {
      const column = columns.get(resourceClass) ?? columns.size
      columns.set(resourceClass, column)
      return { resourceClass, amount, column }
    })
  const required = group.required.map((entry) => (typeof entry === 'string' ? [entry] : entry))
  return { group, plain: group.suffix === '', required, wanted }
}

function slotsOf(group: PlannedGroup): readonly Omit<Slot, 'kind'>[] {
  return group.plain ? group.wanted.map((want) => ({ group, wanted: [want] })) : [{ group, wanted: group.wanted }]
}

function numbered(slots: readonly Omit<Slot, 'kind'>[], { sameSubtree }: ResourceRequest): readonly Slot[] {
  const kinds = new Map<string, number>()
  return slots.map((slot) => {
    const { suffix } = slot.group.group
    const amounts = slot.wanted.map(({ column, amount }) => [column, amount])
    const name = JSON.stringify([amounts, slot.group.plain, sameSubtree.map((suffixes) => suffixes.includes(suffix))])
    const kind = kinds.get(name) ?? kinds.size
    kinds.set(name, kind)
    return { ...slot, kind }
  })
}

/**
 * Nothing is asked for, and so everybody has it. A group that asks for traits and for no resources finds nothing: the
 * providers it uses are none.
 */
export function isTrivial({ slots, groups }: Plan): boolean {
  return slots.length === 0 && groups.every(({ required }) => required.length === 0)
}

const plans = new WeakMap<ResourceRequest, Plan>()

/** The plan of a request that is asked of one host after the other. */
export function planFor(request: ResourceRequest): Plan {
  const known = plans.get(request)
  if (known !== undefined) return known
  const plan = planOf(request, true)
  plans.set(request, plan)
  return plan
}
