import type { z } from 'zod'
import type { Command, GuestCommand } from '../domain/operation/command.ts'
import type { Json } from '../domain/json.ts'
import type { OrderDeps } from './deps.ts'

/**
 * One thing that a conductor may ask of a host. A repeat finds what the first one did.
 *
 * Orders about one guest are carried out one after another, and so are those about the host.
 */
export type Order<Payload> = GuestOrder<Payload> | HostOrder<Payload>

interface CommonOrder<Payload> {
  readonly name: string
  readonly payload: z.ZodType<Payload>
  /** Waits for nothing and holds nothing up: what looks at the guest, or steers what is being done to it. */
  readonly alongside?: true
}

/** Fenced by the epoch of its command. */
export interface GuestOrder<Payload> extends CommonOrder<Payload> {
  readonly about: 'guest'
  /** Ends the guest here: from then on only a higher epoch may make it again. */
  readonly ends?: true
  /** Is carried out although a higher epoch was seen: it tells what it finds apart by epoch, and spares the newer. */
  readonly late?: true
  /** Plugs something in or out. Such orders overtake one another, and no others. */
  readonly plugs?: true
  /** A second time would be felt: what it came to is remembered, and answered when it is asked for again. */
  readonly once?: true
  run(deps: OrderDeps, command: GuestCommand, payload: Payload, signal: AbortSignal): Promise<Json>
}

/** Its commands name no server, and nothing fences it: it must do no harm when it comes late. */
export interface HostOrder<Payload> extends CommonOrder<Payload> {
  readonly about: 'host'
  readonly ends?: never
  readonly late?: never
  readonly plugs?: never
  readonly once?: never
  run(deps: OrderDeps, command: Command, payload: Payload, signal: AbortSignal): Promise<Json>
}
