import type { CellId } from '../ids.ts'
import type { Problem } from '../error.ts'

/** A shard of the cloud: a store and a bus of its own. */
export interface CellInfo {
  readonly id: CellId
  readonly name: string
  /** Disabled cells keep their servers and get no new ones. */
  readonly disabled: boolean
}

/** One cell's answer to a question asked of many. */
export type CellResult<T> =
  | { readonly kind: 'ok'; readonly cell: CellId; readonly value: T }
  | { readonly kind: 'timedOut'; readonly cell: CellId }
  | { readonly kind: 'failed'; readonly cell: CellId; readonly problem: Problem }
