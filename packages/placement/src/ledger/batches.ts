import { nextRound } from '@novakit/core'

/** Rows a statement: what the smallest limit on parameters (SQLite, 32,766) leaves room for with wide rows. */
const BATCH = 500

/** Lists too long for one statement, in pieces. */
export function batches<T>(values: readonly T[], size: number = BATCH): readonly (readonly T[])[] {
  if (values.length <= size) return values.length === 0 ? [] : [values]
  return Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size))
}

/** Asks for each piece of a list, one after the other, and joins the answers. */
export async function inBatches<T, Row>(
  values: readonly T[],
  ask: (batch: readonly T[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const batch of paced(values)) rows.push(...(await ask(batch)))
  return rows
}

/** By code point: the order in which rows are locked, the same in every database and process. */
export function inOrder<T>(values: Iterable<T>, keyOf: (value: T) => string): readonly T[] {
  return [...values].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
}

/** The same pieces, and a turn for everybody else between two of them. */
export async function* paced<T>(values: readonly T[], size?: number): AsyncGenerator<readonly T[], void, void> {
  for (const [at, batch] of batches(values, size).entries()) {
    if (at > 0) await nextRound()
    yield batch
  }
}
