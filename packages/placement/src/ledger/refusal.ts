import { wholeNumber, type ClaimRefusal, type GlobalTx } from '@novakit/core'
import { inBatches } from './batches.ts'
import { breathing, rest } from './breath.ts'
import type { ClaimRequest, ClaimRules } from './claim-request.ts'
import { planOf, type Change, type GuardMove, type Move } from './plan.ts'
import { tables, type GuardRow, type InventoryRow } from './tables.ts'

interface Asked extends Change {
  readonly claim: ClaimRequest
}

/**
 * Why a call was refused: the first claim, in the order given, that is short of something when one is served after the
 * other. Null if all of them could be served by now.
 */
export async function refusalOf(
  tx: GlobalTx,
  asked: readonly Asked[],
  rules: ClaimRules,
): Promise<ClaimRefusal | null> {
  await rest(asked.length)
  const plan = await planOf(asked, rules)
  await rest(asked.length)
  const moves = new Map(plan.moves.map((move) => [keyOf(move.provider, move.resourceClass), move]))
  const guards = new Map(plan.guards.map((move) => [keyOf(move.kind, move.name), move]))
  const inventories = new Map(
    (await inventoryRows(tx, plan.moves)).map((row) => [keyOf(row.provider, row.resource_class), row]),
  )
  const held = new Map((await guardRows(tx, plan.guards)).map((row) => [keyOf(row.kind, row.name), row]))
  await rest(asked.length)
  returnAll(asked, inventories, held)
  const breathe = breathing(500)
  for (const each of asked) {
    await breathe()
    const refusal = shortOf(each, moves, inventories) ?? guardOf(each, guards, held)
    if (refusal !== null) return refusal
  }
  return null
}

const keyOf = (...parts: readonly [string, string]): string => parts.join(' ')

function inventoryRows(tx: GlobalTx, moves: readonly Move[]): Promise<readonly InventoryRow[]> {
  return inBatches([...new Set(moves.map((move) => move.provider))], (batch) =>
    tables(tx).selectFrom('inventory').selectAll().where('provider', 'in', batch).execute(),
  )
}

function guardRows(tx: GlobalTx, guards: readonly GuardMove[]): Promise<readonly GuardRow[]> {
  return inBatches([...new Set(guards.map((guard) => guard.name))], (batch) =>
    tables(tx).selectFrom('guard').selectAll().where('name', 'in', batch).execute(),
  )
}

type Inventories = Map<string, InventoryRow>
type Guards = Map<string, GuardRow>

/** As if the consumers had given back all that they held before. */
function returnAll(asked: readonly Asked[], inventories: Inventories, guards: Guards): void {
  for (const { before } of asked) {
    for (const [provider, resources] of before.allocations) {
      for (const [name, amount] of Object.entries(resources)) addUse(inventories, keyOf(provider, name), -amount)
    }
    for (const hold of before.holds) addHold(guards, keyOf(hold.kind, hold.name), -hold.held)
  }
}

function addUse(inventories: Inventories, key: string, amount: number): void {
  const row = inventories.get(key)
  if (row !== undefined) inventories.set(key, { ...row, used: wholeNumber(row.used) + amount })
}

function addHold(guards: Guards, key: string, by: number): void {
  const row = guards.get(key)
  if (row === undefined) return
  const held = wholeNumber(row.held) + by
  if (held > 0) guards.set(key, { ...row, held })
  else guards.delete(key)
}

function shortOf({ consumer, after }: Asked, moves: ReadonlyMap<string, Move>, inventories: Inventories) {
  for (const [provider, resources] of after.allocations) {
    for (const [resourceClass, requested] of Object.entries(resources)) {
      const key = keyOf(provider, resourceClass)
      const move = moves.get(key)
      const refusal = move === undefined ? null : misfit(move, inventories.get(key), requested)
      if (refusal !== null) return { ...refusal, consumer, provider, resourceClass }
      addUse(inventories, key, requested)
    }
  }
  return null
}

function misfit({ delta, amounts }: Move, row: InventoryRow | undefined, requested: number) {
  if (row === undefined) return { kind: 'no_inventory' as const }
  const { min_unit: min, max_unit: max, step_size: step } = row
  const bad = requested < min || requested > max || requested % Number(step) !== 0
  if (bad && amounts.includes(requested)) return { kind: 'unit' as const, requested }
  const left = wholeNumber(row.capacity) - wholeNumber(row.used)
  if (delta <= 0 || requested <= left) return null
  return { kind: 'capacity' as const, requested, available: Math.max(0, left) }
}

function guardOf(
  { claim, consumer }: Asked,
  moves: ReadonlyMap<string, GuardMove>,
  guards: Guards,
): ClaimRefusal | null {
  for (const guard of claim.guards) {
    const key = keyOf(guard.kind, guard.key)
    const move = moves.get(key)
    const row = guards.get(key)
    const by = guard.kind === 'counter' ? guard.by : 1
    const held = row === undefined ? 0 : wholeNumber(row.held)
    if (move !== undefined && guard.kind === 'counter' && held + by > move.allowed && move.take > 0) {
      return { kind: 'guard', consumer, guard, held }
    }
    if (move !== undefined && guard.kind === 'pin' && row !== undefined && row.value !== guard.value) {
      return { kind: 'guard', consumer, guard, held: row.value }
    }
    const value = guard.kind === 'pin' ? guard.value : ''
    guards.set(key, { kind: guard.kind, name: guard.key, value, held: held + by })
  }
  return null
}
