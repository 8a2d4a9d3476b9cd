import { expect } from 'vitest'
import { id, type OperationId } from '../../domain/ids.ts'
import { hasCode } from '../../domain/error.ts'
import type { Claim, Guard } from '../../domain/placement/claim.ts'
import type { Random } from '../../ports/random.ts'
import { follow, follower, type Follower } from './following.ts'
import { emptyModel, modelClaim, modelDeclare, usedOf, type Model, type ModelClaim } from './model.ts'
import {
  all,
  allocations,
  claim,
  claimOf,
  declaration,
  declare,
  inventory,
  release,
  type LedgerAndStore,
} from './world.ts'

/** One thing that happens to a ledger. */
export type PlacementCommand =
  | { readonly kind: 'declare'; readonly host: string; readonly totals: Readonly<Record<string, number>> }
  | { readonly kind: 'claim'; readonly claims: readonly ModelClaim[] }
  | { readonly kind: 'release'; readonly consumers: readonly string[] }

/** Names that commands are made of. */
export const placementNames = {
  hosts: ['h0', 'h1', 'h2'],
  classes: ['VCPU', 'DISK_GB'],
  consumers: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'],
  counters: ['k0', 'k1'],
  pins: ['p0'],
  values: ['v0', 'v1'],
} as const

/**
 * Plays a history against an empty ledger and against a model of a few lines, and compares after each command: what was
 * answered, every use, every allocation, and what a follower of the feed knows. At last everything is given back.
 */
export async function playPlacementHistory(
  opened: LedgerAndStore,
  commands: readonly PlacementCommand[],
): Promise<void> {
  const model = emptyModel()
  const reader = follower(await opened.store.read((tx) => opened.ledger.version(tx)))
  for (const command of commands) {
    await play(opened, model, command)
    await compare(opened, model, reader)
  }
  await play(opened, model, { kind: 'release', consumers: placementNames.consumers })
  await compare(opened, model, reader)
}

async function play(opened: LedgerAndStore, model: Model, command: PlacementCommand): Promise<void> {
  switch (command.kind) {
    case 'declare':
      return playDeclaration(opened, model, command)
    case 'claim':
      return playClaims(opened, model, command.claims)
    case 'release':
      for (const name of command.consumers) model.holders.delete(name)
      return release(opened, ...command.consumers)
  }
}

async function playDeclaration(
  opened: LedgerAndStore,
  model: Model,
  { host, totals }: { readonly host: string; readonly totals: Readonly<Record<string, number>> },
): Promise<void> {
  const inventories = Object.entries(totals).map(([name, total]) => [name, inventory(total, { maxUnit: 99 })])
  const taken = await declare(opened, declaration(host, Object.fromEntries(inventories))).then(
    () => true,
    (error: unknown) => {
      if (hasCode(error, 'placement.inventory_in_use')) return false
      throw error
    },
  )
  expect(taken).toBe(modelDeclare(model, host, totals))
}

async function playClaims(opened: LedgerAndStore, model: Model, claims: readonly ModelClaim[]): Promise<void> {
  const result = await claim(opened, ...claims.map(asClaim))
  const wrong = modelClaim(model, claims)
  if (result.kind === 'claimed') expect([...wrong]).toEqual([])
  else expect([...wrong]).toContain(result.refusal.kind)
}

export function asClaim({ consumer, operation, taking, counters, pins }: ModelClaim): Claim {
  const guards: readonly Guard[] = [
    ...Object.entries(counters).map(([key, each]) => ({ kind: 'counter' as const, key, ...each })),
    ...Object.entries(pins).map(([key, value]) => ({ kind: 'pin' as const, key, value })),
  ]
  return claimOf(consumer, taking, { guards, operation: id<OperationId>(operation) })
}

async function compare(opened: LedgerAndStore, model: Model, reader: Follower): Promise<void> {
  const providers = await all(opened)
  const shown = providers.map(({ name, inventories }) => [
    name,
    Object.fromEntries(Object.entries(inventories).map(([each, { total, used }]) => [each, { total, used }])),
  ])
  const expected = [...model.hosts].map(([host, totals]) => [
    host,
    Object.fromEntries(
      Object.entries(totals).map(([each, total]) => [each, { total, used: usedOf(model, host, each) }]),
    ),
  ])
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected))
  await compareAllocations(opened, model)
  await follow(opened, reader, 2)
  expect([...reader.known.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(providers)
}

async function compareAllocations(opened: LedgerAndStore, model: Model): Promise<void> {
  for (const name of placementNames.consumers) {
    const mine = await allocations(opened, name)
    const { allocations: expected } = claimOf(name, model.holders.get(name)?.taking ?? {})
    expect(new Map(mine.map((each) => [each.provider, each.resources]))).toEqual(expected)
  }
}

/** A history of `length` commands; the same for the same seed. */
export function randomPlacementHistory(random: Random, length: number): readonly PlacementCommand[] {
  const first = placementNames.hosts.map((host): PlacementCommand => ({
    kind: 'declare',
    host,
    totals: totals(random),
  }))
  return [...first, ...Array.from({ length }, () => randomCommand(random))]
}

export function randomCommand(random: Random): PlacementCommand {
  const dice = random.below(10)
  if (dice === 0) return { kind: 'declare', host: pick(random, placementNames.hosts), totals: totals(random) }
  if (dice < 4) return { kind: 'release', consumers: some(random, placementNames.consumers, 3) }
  const consumers = some(random, placementNames.consumers, 6)
  return { kind: 'claim', claims: consumers.map((consumer) => randomClaim(random, consumer)) }
}

function randomClaim(random: Random, consumer: string): ModelClaim {
  const { hosts, classes, counters, pins, values } = placementNames
  const taking = some(random, hosts, 2).map((host) => [
    host,
    Object.fromEntries([pick(random, classes), ...some(random, classes, 3)].map((each) => [each, 1 + random.below(3)])),
  ])
  return {
    consumer,
    operation: `o${random.below(3)}`,
    taking: Object.fromEntries(taking),
    counters: Object.fromEntries(
      some(random, counters, 4).map((key) => [key, { by: 1 + random.below(2), max: 2 + random.below(2) }]),
    ),
    pins: Object.fromEntries(some(random, pins, 4).map((key) => [key, pick(random, values)])),
  }
}

function totals(random: Random): Readonly<Record<string, number>> {
  return Object.fromEntries(
    placementNames.classes.filter(() => random.below(5) > 0).map((each) => [each, 3 + random.below(6)]),
  )
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)] as T
}

/** Each with a chance of one in `oneIn`. */
function some<T>(random: Random, values: readonly T[], oneIn: number): readonly T[] {
  return values.filter(() => random.below(oneIn) === 0)
}
