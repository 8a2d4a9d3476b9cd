import type { z } from 'zod'
import type { GuestActionPayload } from '../../../rpc/orders/guest-action.ts'
import type { GuestOrder } from '../../order.ts'
import type { Json } from '../../../domain/json.ts'
import { guestActionPayload } from '../../../rpc/orders/guest-action.ts'
import { json } from '../../../rpc/schemas.ts'

type Run<Options extends Json> = GuestOrder<GuestActionPayload<Options>>['run']

/**
 * An order about a guest that is there: carried out once, and its answer remembered.
 * @param options what it takes besides the guest
 */
export function actOrder<Options extends Json>(
  name: string,
  options: z.ZodType<Options>,
  run: Run<Options>,
): GuestOrder<GuestActionPayload<Options>> {
  return { name, about: 'guest', once: true, payload: guestActionPayload(options), run }
}

/** One that takes nothing. */
export const plainOrder = (name: string, run: Run<Json>): GuestOrder<GuestActionPayload> => actOrder(name, json, run)
