import type { SagaTable } from '@novakit/core/testing'
import { sagaTables } from '@novakit/core/testing'

/** The table of one saga. */
export function sagaTable(kind: string): SagaTable {
  const found = sagaTables().find((table) => table.kind === kind)
  if (found === undefined) throw new RangeError(`there is no saga ${kind}`)
  return found
}
