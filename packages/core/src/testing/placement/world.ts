import { expect } from 'vitest'
import { id, type AggregateId, type ConsumerId, type OperationId, type ProviderId } from '../../domain/ids.ts'
import type { Claim, ClaimRefusal, ClaimResult, Guard } from '../../domain/placement/claim.ts'
import type { ProviderDeclaration, ProviderRecord } from '../../domain/placement/provider.ts'
import type { Inventory } from '../../domain/scheduling/snapshot.ts'
import type { Resources } from '../../domain/request-spec/request-spec.ts'
import type { PlacementLedger } from '../../ports/placement.ts'
import type { GlobalStore } from '../../ports/storage.ts'
import { namedUuid } from '../../system/ids.ts'

/** An empty ledger and the store that it lives in, fresh for every case. */
export interface LedgerAndStore {
  readonly ledger: PlacementLedger
  readonly store: GlobalStore
  close(): Promise<void>
}

export type Case = (opened: LedgerAndStore) => Promise<void>

export const provider = (name: string): ProviderId => id(namedUuid('provider', name))
export const consumer = (name: string): ConsumerId => id(namedUuid('consumer', name))
export const aggregate = (name: string): AggregateId => id(namedUuid('aggregate', name))

export function inventory(total: number, rest: Partial<Inventory> = {}): Inventory {
  return { total, reserved: 0, allocationRatio: 1, minUnit: 1, maxUnit: total, stepSize: 1, ...rest }
}

/** A provider by its name; without `parent` a root. */
export function declaration(
  name: string,
  inventories: Readonly<Record<string, Inventory>> = {},
  rest: { readonly parent?: string; readonly traits?: readonly string[]; readonly id?: ProviderId } = {},
): ProviderDeclaration {
  return {
    id: rest.id ?? provider(name),
    name,
    parent: rest.parent === undefined ? null : provider(rest.parent),
    inventories,
    traits: rest.traits ?? [],
  }
}

/** What a claim takes, by the names of providers. */
export type Taking = Readonly<Record<string, Resources>>

export function claimOf(
  name: string,
  taking: Taking,
  rest: Partial<Claim> & { readonly guards?: readonly Guard[] } = {},
): Claim {
  return {
    consumer: consumer(name),
    consumerType: 'INSTANCE',
    project: id('project'),
    user: id('user'),
    allocations: new Map(Object.entries(taking).map(([host, resources]) => [provider(host), resources])),
    guards: [],
    operation: id<OperationId>(`operation of ${name}`),
    ...rest,
  }
}

/** Declares a tree in a transaction of its own. */
export function declare({ ledger, store }: LedgerAndStore, ...tree: readonly ProviderDeclaration[]): Promise<void> {
  const root = tree[0]?.id ?? provider('')
  return store.write((tx) => ledger.declareTree(tx, root, tree))
}

/** Claims in a transaction of its own. */
export function claim({ ledger, store }: LedgerAndStore, ...claims: readonly Claim[]): Promise<ClaimResult> {
  return store.write((tx) => ledger.claim(tx, claims))
}

export function release({ ledger, store }: LedgerAndStore, ...names: readonly string[]): Promise<void> {
  return store.write((tx) => ledger.release(tx, names.map(consumer)))
}

/** Claims, and expects to be refused. */
export async function refusalOf(opened: LedgerAndStore, ...claims: readonly Claim[]): Promise<ClaimRefusal> {
  const result = await claim(opened, ...claims)
  if (result.kind === 'refused') return result.refusal
  throw new Error('The claim was granted.')
}

/** Claims, and expects to be served. */
export async function claimed(opened: LedgerAndStore, ...claims: readonly Claim[]): Promise<void> {
  expect(await claim(opened, ...claims)).toEqual({ kind: 'claimed' })
}

export function all({ ledger, store }: LedgerAndStore): Promise<readonly ProviderRecord[]> {
  return store.read((tx) => ledger.providers(tx))
}

export async function one({ ledger, store }: LedgerAndStore, name: string): Promise<ProviderRecord> {
  const [record] = await store.read((tx) => ledger.providers(tx, [provider(name)]))
  if (record === undefined) throw new Error(`There is no provider ${name}.`)
  return record
}

/** What is used of each class of a provider. */
export async function used(opened: LedgerAndStore, name: string): Promise<Resources> {
  const { inventories } = await one(opened, name)
  return Object.fromEntries(Object.entries(inventories).map(([resourceClass, each]) => [resourceClass, each.used]))
}

export function allocations({ ledger, store }: LedgerAndStore, ...names: readonly string[]) {
  return store.read((tx) => ledger.allocationsOf(tx, names.map(consumer)))
}

export function version({ ledger, store }: LedgerAndStore): Promise<number> {
  return store.read((tx) => ledger.version(tx))
}
