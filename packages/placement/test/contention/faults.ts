import {
  openStore,
  seededRandom,
  silentLog,
  systemClock,
  type ClaimResult,
  type GlobalTx,
  type PlacementLedger,
  type StorageDriver,
} from '@novakit/core'
import type { LedgerAndStore } from '@novakit/core/testing'
import { OperationNodeTransformer, sql, type Kysely, type KyselyPlugin, type OperationNode } from 'kysely'
import { placementLedger } from '@novakit/placement'
import type { Backend } from './backend.ts'

/** Faults that can be planted into the ledger, by their numbers in the list of faults to plant. */
export type Fault = '10 sums, then inserts' | '11 reads before it locks' | '12 leaves the guards out'

export interface Job {
  readonly backend: Backend
  readonly writers: readonly number[]
  readonly seed: string
  readonly fault?: Fault
}

/** The ledger in the store of a driver, with a fault or without. */
export async function openFaulty(driver: StorageDriver, fault: Fault | undefined): Promise<LedgerAndStore> {
  const ledger = placementLedger()
  const blind = fault === '10 sums, then inserts' || fault === '11 reads before it locks'
  const deps = { clock: systemClock, random: seededRandom(`${process.pid}`), log: silentLog }
  const store = await openStore('global', 'global', blind ? unguarded(driver, fault) : driver, deps, ledger.migrations)
  return { ledger: faulty(ledger, fault), store, close: () => store.close() }
}

function faulty(ledger: PlacementLedger, fault: Fault | undefined): PlacementLedger {
  switch (fault) {
    case undefined:
      return ledger
    case '10 sums, then inserts':
      return { ...ledger, claim: async (tx, claims) => (await short(ledger, tx, claims)) ?? ledger.claim(tx, claims) }
    case '11 reads before it locks':
      return {
        ...ledger,
        claim: async (tx, claims) => {
          await short(ledger, tx, claims)
          const providers = claims.flatMap(({ allocations }) => [...allocations.keys()])
          await lock(tx, providers)
          return (await short(ledger, tx, claims)) ?? ledger.claim(tx, claims)
        },
      }
    case '12 leaves the guards out':
      return {
        ...ledger,
        claim: (tx, claims) =>
          ledger.claim(
            tx,
            claims.map((claim) => ({ ...claim, guards: [] })),
          ),
      }
  }
}

type Claims = Parameters<PlacementLedger['claim']>[1]

/** Looks whether there is room, and leaves it at that. */
async function short(ledger: PlacementLedger, tx: GlobalTx, claims: Claims): Promise<ClaimResult | null> {
  for (const { consumer, allocations } of claims) {
    const records = await ledger.providers(tx, [...allocations.keys()])
    for (const { id: provider, inventories } of records) {
      for (const [resourceClass, requested] of Object.entries(allocations.get(provider) ?? {})) {
        const { total = 0, used = 0 } = inventories[resourceClass] ?? {}
        if (used + requested <= total) continue
        const refusal = {
          kind: 'capacity',
          consumer,
          provider,
          resourceClass,
          requested,
          available: total - used,
        } as const
        return { kind: 'refused', refusal }
      }
    }
  }
  return null
}

async function lock(tx: GlobalTx, providers: readonly string[]): Promise<void> {
  await tx
    .db<any>()
    .selectFrom('inventory')
    .selectAll()
    .where('provider', 'in', providers)
    .orderBy('provider')
    .orderBy('resource_class')
    .forUpdate()
    .execute()
}

/** Statements go out without their predicate on the capacity; for 11 also at the level that the session has. */
function unguarded(driver: StorageDriver, fault: Fault): StorageDriver {
  return {
    name: driver.name,
    open: async (store, environment) => {
      const open = await driver.open(store, environment)
      const kysely = open.kysely.withPlugin(withoutCapacity())
      return { ...open, kysely: fault === '11 reads before it locks' ? atSessionLevel(kysely) : kysely }
    },
  }
}

function withoutCapacity(): KyselyPlugin {
  const transformer = new (class extends OperationNodeTransformer {
    protected override transformBinaryOperation(
      ...given: Parameters<OperationNodeTransformer['transformBinaryOperation']>
    ) {
      const [node] = given
      if (!isCapacity(node.rightOperand)) return super.transformBinaryOperation(...given)
      return sql`1 = 1`.toOperationNode() as never
    }
  })()
  return {
    transformQuery: ({ node, queryId }) =>
      node.kind === 'UpdateQueryNode' ? transformer.transformNode(node, queryId) : node,
    transformResult: async ({ result }) => result,
  }
}

function isCapacity(node: OperationNode): boolean {
  return node.kind === 'ReferenceNode' && JSON.stringify(node).includes('"capacity"')
}

function atSessionLevel(kysely: Kysely<any>): Kysely<any> {
  return new Proxy(kysely, {
    get: (target, key) => {
      if (key === 'transaction') return () => ({ setIsolationLevel: () => target.transaction() })
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
