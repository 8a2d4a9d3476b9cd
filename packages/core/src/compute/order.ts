import type { z } from 'zod'
import type { Command } from '../domain/operation/command.ts'
import type { Json } from '../domain/json.ts'
import type { OrderDeps } from './deps.ts'

/** One thing that a conductor may ask of a host. A repeat finds what the first one did. */
export interface Order<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Ends the guest here: from then on only a higher epoch may make it again. */
  readonly ends?: true
  run(deps: OrderDeps, command: Command, payload: Payload, signal: AbortSignal): Promise<Json>
}
