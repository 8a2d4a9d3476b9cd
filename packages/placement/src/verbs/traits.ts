import { insertIgnore, wholeNumber, type GlobalTx, type ProviderId } from '@novakit/core'
import { ledgerErrors, told } from '../errors.ts'
import { paced, inOrder } from '../ledger/batches.ts'
import { lockFeed, markChanged } from '../ledger/change-feed.ts'
import { checkCount } from '../ledger/check-tree.ts'
import { lockProvider } from '../ledger/lock-providers.ts'
import { isStandard, unknownNames } from '../ledger/names.ts'
import { now } from '../ledger/now.ts'
import { tables } from '../ledger/tables.ts'
import { STANDARD_TRAITS } from '../standard/traits.ts'
import type { NamedThing } from './resource-classes.ts'

export interface TraitFilter {
  readonly names?: readonly string[]
  readonly prefix?: string
  /** Whether some provider has it. */
  readonly associated?: boolean
}

/** By name. */
export async function listTraits(tx: GlobalTx, filter: TraitFilter = {}): Promise<readonly NamedThing[]> {
  const custom = await tables(tx).selectFrom('trait').selectAll().execute()
  const all: readonly NamedThing[] = [
    ...STANDARD_TRAITS.map((name) => ({ name, createdAt: null })),
    ...custom.map((row) => ({ name: row.name, createdAt: wholeNumber(row.created_at) })),
  ]
  const used = filter.associated === undefined ? null : await usedTraits(tx)
  const wanted = filter.names === undefined ? null : new Set(filter.names)
  return inOrder(all, (trait) => trait.name).filter(
    ({ name }) =>
      (wanted === null || wanted.has(name)) &&
      name.startsWith(filter.prefix ?? '') &&
      (used === null || used.has(name) === filter.associated),
  )
}

async function usedTraits(tx: GlobalTx): Promise<ReadonlySet<string>> {
  const rows = await tables(tx).selectFrom('provider_trait').select('trait').distinct().execute()
  return new Set(rows.map((row) => row.trait))
}

/** @throws `placement.trait_not_found` */
export async function getTrait(tx: GlobalTx, name: string): Promise<NamedThing> {
  if (isStandard('trait', name)) return { name, createdAt: null }
  const row = await tables(tx).selectFrom('trait').selectAll().where('name', '=', name).executeTakeFirst()
  if (row === undefined) throw told(ledgerErrors.trait_not_found, { names: [name] })
  return { name, createdAt: wholeNumber(row.created_at) }
}

/** Nobody removes it before this transaction ends. @returns whether it is new */
export async function ensureTrait(tx: GlobalTx, name: string): Promise<boolean> {
  if (isStandard('trait', name)) return false
  await lockFeed(tx)
  return (await insertIgnore(tx, 'trait', [{ name, created_at: await now(tx) }])) === 1
}

/** @throws `placement.trait_not_found`, `placement.trait_standard`, `placement.trait_in_use` */
export async function removeTrait(tx: GlobalTx, name: string): Promise<void> {
  if (isStandard('trait', name)) throw told(ledgerErrors.trait_standard, { name })
  await lockFeed(tx)
  await getTrait(tx, name)
  const used = await tables(tx)
    .selectFrom('provider_trait')
    .select('provider')
    .where('trait', '=', name)
    .limit(1)
    .executeTakeFirst()
  if (used !== undefined) throw told(ledgerErrors.trait_in_use, { name })
  await tables(tx).deleteFrom('trait').where('name', '=', name).execute()
}

/** Those of one provider, by name. */
export async function traitsOf(tx: GlobalTx, provider: ProviderId): Promise<readonly string[]> {
  const rows = await tables(tx).selectFrom('provider_trait').select('trait').where('provider', '=', provider).execute()
  return rows.map((row) => row.trait).toSorted()
}

/**
 * Replaces them. What the host's agent declares comes back with its next declaration; what is added here stays.
 * @returns the generation of the provider, which grows only if they change
 * @throws `placement.provider_not_found`, `placement.generation_conflict`, `placement.trait_not_found`,
 *   `placement.provider_too_large`
 */
export async function setTraits(
  tx: GlobalTx,
  provider: ProviderId,
  traits: readonly string[],
  generation?: number,
): Promise<number> {
  const row = await lockProvider(tx, provider, generation)
  checkCount(provider, 'traits', traits.length)
  const unknown = await unknownNames(tx, 'trait', traits)
  if (unknown.length > 0) throw told(ledgerErrors.trait_not_found, { names: unknown })
  const before = new Set(await traitsOf(tx, provider))
  const after = new Set(traits)
  const gone = [...before].filter((trait) => !after.has(trait))
  const rows = [...after].filter((trait) => !before.has(trait)).map((trait) => ({ provider, trait, declared: 0 }))
  if (gone.length + rows.length === 0) return wholeNumber(row.generation)
  for await (const batch of paced(gone)) {
    await tables(tx).deleteFrom('provider_trait').where('provider', '=', provider).where('trait', 'in', batch).execute()
  }
  for await (const batch of paced(rows)) await tables(tx).insertInto('provider_trait').values(batch).execute()
  await markChanged(tx, [provider], 'grows')
  return wholeNumber(row.generation) + 1
}
