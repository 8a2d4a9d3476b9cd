import type { NewLease } from './operations.ts'
import type { Operation } from '../domain/operation/operation.ts'
import type { StoreName } from '../domain/storage/store-name.ts'

/** The workers of this process: what is accepted here need not be found and acquired. */
export interface Hands {
  /** For an operation about to be accepted in a store; null where nobody here would begin it now. */
  lease(store: StoreName): NewLease | null
  /** Works on an operation that was accepted with a {@link lease}. @param memo what its steps need not ask */
  begin(store: StoreName, held: Operation, memo?: ReadonlyMap<string, unknown>): void
}
