import { z } from 'zod'
import type { Address } from '../ports/transport.ts'
import type { Contract, Method } from './contract.ts'
import type { OperationId } from '../domain/ids.ts'
import type { StoreName } from '../domain/storage/store-name.ts'
import { defineContract } from './contract.ts'
import { seconds } from '../domain/unit/units.ts'

/** Any conductor hears this. */
export const wakeAddress: Address = 'conductor/wake'

export interface Wake {
  readonly store: StoreName
  readonly operation: OperationId
}

type WakeMethods = {
  /** An operation was accepted, or something it waits for has happened. Lost ones are made up for by the reconciler. */
  readonly wake: Method<Wake, Record<string, never>>
}

export const wakeContract: Contract<WakeMethods> = defineContract('wake', {
  wake: {
    version: 1,
    request: z.object({ store: z.string().max(64), operation: z.string().max(255) }) as unknown as z.ZodType<Wake>,
    reply: z.object({}),
    timeout: seconds(5),
  },
})
