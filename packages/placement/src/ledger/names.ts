import { insertIgnore, type GlobalTx } from '@novakit/core'
import { STANDARD_CLASSES } from '../standard/resource-classes.ts'
import { STANDARD_TRAITS } from '../standard/traits.ts'
import { inBatches, inOrder } from './batches.ts'
import { now } from './now.ts'
import { tables } from './tables.ts'

/** Names that mean the same to everybody: those that all clouds share, and those that somebody made here. */
export type Vocabulary = 'resource_class' | 'trait'

const standard: Readonly<Record<Vocabulary, ReadonlySet<string>>> = {
  resource_class: new Set(STANDARD_CLASSES),
  trait: new Set(STANDARD_TRAITS),
}

export function isStandard(of: Vocabulary, name: string): boolean {
  return standard[of].has(name)
}

/** Which of these nobody knows, in the order given. Standard names cost no question. */
export async function unknownNames(tx: GlobalTx, of: Vocabulary, names: Iterable<string>): Promise<readonly string[]> {
  const custom = [...new Set(names)].filter((name) => !isStandard(of, name))
  const rows = await inBatches(custom, (batch) =>
    tables(tx).selectFrom(of).select('name').where('name', 'in', batch).execute(),
  )
  const known = new Set(rows.map((row) => row.name))
  return custom.filter((name) => !known.has(name))
}

/** What an agent declares is known from then on: it speaks for the hardware. */
export async function declareNames(tx: GlobalTx, of: Vocabulary, names: Iterable<string>): Promise<void> {
  const custom = inOrder(new Set(names), (name) => name).filter((name) => !isStandard(of, name))
  if (custom.length === 0) return
  const created_at = await now(tx)
  await insertIgnore(
    tx,
    of,
    custom.map((name) => ({ name, created_at })),
  )
}
