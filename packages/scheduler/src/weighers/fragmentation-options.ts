import { z } from 'zod'
import type { FragmentationOptions } from '../decide/fragmentation.ts'

const name = z.string().min(1).max(255)
const amount = z.number().min(0).max(1e15)

export const fragmentationShape = {
  device: name,
  typical: z
    .array(
      z.strictObject({
        share: z.number().min(0).max(1),
        resources: z.record(name, amount),
        devices: z.strictObject({ units: amount.positive(), count: z.int().min(1).max(1024) }).nullable(),
        traits: z.array(name).max(100),
      }),
    )
    .min(1)
    .max(10_000),
}

export const fragmentationOptions: z.ZodType<FragmentationOptions> = z.strictObject(fragmentationShape)
