import { z } from 'zod'
import { instant } from '../domain/unit/units.ts'
import type { Address, Envelope } from '../ports/transport.ts'
import { decode } from '../rpc/codec.ts'
import { parsed } from './answer.ts'

const shortText = z.string().max(512)

export const addressSchema: z.ZodType<string> = shortText.min(1)

export const envelopeSchema: z.ZodType<Envelope> = z.object({
  id: shortText,
  method: shortText,
  version: z.int().min(1),
  payload: z.unknown(),
  deadline: z.number().transform(instant),
  traceId: shortText,
})

/** @throws `transport.malformed` */
export function checkAddress(address: Address): void {
  parsed(addressSchema, address, 'an address')
}

/** Tells a sender at once what a receiver would not read. @throws `transport.malformed` */
export function checkEnvelope(envelope: Envelope): Envelope {
  return parsed(envelopeSchema, envelope, 'an envelope')
}

/** @throws `transport.malformed` */
export function decodeEnvelope(text: string): Envelope {
  return parsed(envelopeSchema, decode(text), 'an envelope')
}
