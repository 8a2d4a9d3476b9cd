import { z } from 'zod'
import { hypervisorErrors } from '../errors.ts'

/** What travels between the hosts of a live migration. Each believes of it only what has this form. */
const destination = z.object({
  /** By which the source's daemon reaches the destination's. */
  uri: z.string().min(1).max(1000),
  address: z.string().min(1).max(255).nullable(),
  consoleAddress: z.string().min(1).max(255),
  folder: z.string().startsWith('/').max(255),
  epoch: z.int().nonnegative(),
})

const source = z.object({
  sourceFolder: z.string().startsWith('/').max(255),
  sourceEpoch: z.int().nonnegative(),
  /** Disks of its own, in files, by target and name of the file; sizes in bytes. */
  disks: z.array(
    z.object({
      dev: z.string().regex(/^[a-z]{3,5}$/),
      file: z.string().regex(/^disk(\.[a-z]+\d*|\.\d+)?$/),
      size: z.int().positive(),
    }),
  ),
})

const prepared = z.object({ shared: z.boolean() })

export type DestinationData = z.output<typeof destination>
export type CheckedData = DestinationData & z.output<typeof source>
export type PreparedData = CheckedData & z.output<typeof prepared>

type Data = Readonly<Record<string, unknown>>

const read =
  <T>(schema: z.ZodType<T>) =>
  (data: Data): T => {
    const result = schema.safeParse(data)
    if (result.success) return result.data
    throw hypervisorErrors.invalid_name({ what: 'what the other host says of a live migration' })
  }

export const destinationData = read(destination)
export const checkedData = read(destination.extend(source.shape))
export const preparedData = read(destination.extend(source.shape).extend(prepared.shape))
