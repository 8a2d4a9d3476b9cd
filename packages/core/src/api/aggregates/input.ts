import { z } from 'zod'
import { name, textMap } from '../fields.ts'

export interface NewAggregate {
  /** Unique. */
  readonly name: string
  /** The availability zone that its hosts make; the same as metadata `availability_zone`. */
  readonly zone?: string | null
}

/** What is absent stays as it is. */
export interface AggregateChange {
  readonly name?: string
  /** Null: its hosts make no zone any more. */
  readonly zone?: string | null
}

/** A colon would end the zone where a server asks for `zone:host`. */
export const zone = name.regex(/^[^:]*$/, 'must not have a colon')

export const newAggregate = z.strictObject({ name, zone: zone.nullable().default(null) })

export const aggregateChange = z.strictObject({ name: name.optional(), zone: zone.nullable().optional() })

/** Null removes a key. */
export const metadataChange = textMap({ nulls: true })

export const metadata = textMap({})
