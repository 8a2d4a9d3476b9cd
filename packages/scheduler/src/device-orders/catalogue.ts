import { z } from 'zod'
import { fragmentationOptions } from '../weighers/fragmentation-options.ts'
import type { DeviceOrder } from './device-order.ts'
import { emptiestFirst } from './emptiest-first.ts'
import { fullestFirst } from './fullest-first.ts'
import { leastFragmentation } from './least-fragmentation.ts'
import { shuffled } from './shuffled.ts'

/** An order of devices that policies can name: how its options are read, and what they make. */
export interface DeviceOrderKind {
  readonly options: z.ZodType
  make(options: never): DeviceOrder
}

const kind = <Options>(options: z.ZodType<Options>, make: (options: Options) => DeviceOrder): DeviceOrderKind => ({
  options,
  make,
})
const ofClass = z.strictObject({ device: z.string().min(1).max(255) })

/** Every order by its name. A policy without one takes devices as the host lists them. */
export const deviceOrderCatalogue: ReadonlyMap<string, DeviceOrderKind> = new Map([
  ['fullest-first', kind(ofClass, fullestFirst)],
  ['emptiest-first', kind(ofClass, emptiestFirst)],
  ['shuffled', kind(z.strictObject({ seed: z.string().max(255).exactOptional() }), shuffled)],
  ['least-fragmentation', kind(fragmentationOptions, leastFragmentation)],
])
