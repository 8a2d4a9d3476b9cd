import { z } from 'zod'
import { diskFormats, hostErrors, parse, type Clock, type Ids, type Log, type Random } from '@novakit/core'
import type { FailPoint, ImageOptions } from './images/deps.ts'

export interface LocalServicesOptions {
  /** Everything is kept there. It is made, with mode 0700, and must not be anybody else's. */
  readonly dir: string
  readonly images?: Partial<ImageOptions>
  /**
   * Makes bridges, filters, NAT and DHCP on this machine, in a network namespace (`ip netns add`) if one is named; needs
   * root. One process of a folder says so. Default: networks are records alone, which is enough for a hypervisor that plugs nothing.
   */
  readonly bridges?: { readonly namespace?: string }
  readonly clock?: Clock
  readonly ids?: Ids
  readonly random?: Random
  /** Default: silent. */
  readonly log?: Log
  /** For tests of what a crash leaves behind. */
  readonly failPoint?: FailPoint
}

const formats = z.array(z.enum(diskFormats)).min(1)
const size = z.int().min(1)

const shape = z.strictObject({
  dir: z.string().min(1),
  images: z
    .strictObject({
      formats: formats.default(['raw', 'qcow2', 'iso', 'vmdk', 'vdi', 'vhd', 'aki', 'ari', 'ami']),
      largest: size.default(100 * 2 ** 30),
      largestDisk: size.default(16 * 2 ** 40),
      hostFormats: formats.default(['raw', 'qcow2', 'iso', 'aki', 'ari', 'ami']),
      convertTo: z.enum(['raw', 'qcow2']).default('qcow2'),
    })
    .prefault({}),
  bridges: z
    .strictObject({
      namespace: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/)
        .optional(),
    })
    .optional(),
  clock: z.custom<Clock>().optional(),
  ids: z.custom<Ids>().optional(),
  random: z.custom<Random>().optional(),
  log: z.custom<Log>().optional(),
  failPoint: z.custom<FailPoint>().optional(),
})

/** @throws `host.invalid`, which names the option */
export function parseOptions(options: LocalServicesOptions): z.output<typeof shape> {
  return parse(shape, options, (what) => hostErrors.invalid({ what }), 'what is given to localServices()')
}
