import type { HostState } from '@novakit/core'
import { z } from 'zod'
import { capacityOf } from '@novakit/core'
import { deviceAskOf, leftOf } from '../decide/free-vector.ts'
import type { Weigher } from '../decide/weigher.ts'

export interface DevicePackingOptions {
  /** The class of which devices give shares, such as `CUSTOM_GPU_MILLI`. */
  readonly device: string
}

export const devicePackingOptions = z.strictObject({ device: z.string().min(1).max(255) })

/**
 * Fills devices that are in use before whole ones of a host in use, and those before idle hosts: scores 50 to 100, 33 to
 * 50 and up to 33. Whole numbers. To requests without the class all hosts are equal.
 * Source: the GpuPacking baseline of Weng et al., Beware of Fragmentation (USENIX ATC 2023), after MLaaS (NSDI 2022).
 */
export function devicePackingWeigher({ device }: DevicePackingOptions): Weigher {
  return {
    name: 'DevicePackingWeigher',
    multiplier: 1,
    readsHostOnly: true,
    reads: ({ resources }) => resources,
    scale: [0, 100],
    score: (host, { resources }) => {
      const ask = deviceAskOf(resources, device)
      return ask === null ? 0 : tier(host, device, ask.units, ask.count)
    },
  }
}

function tier(host: HostState, device: string, units: number, count: number): number {
  const stock = host.children.map(({ inventories }) => inventories.get(device)).filter((each) => each !== undefined)
  const whole = stock.filter(({ used }) => used === 0)
  if (whole.length === stock.length) return Math.max(33 - whole.length, whole.length)
  const started = stock.filter((each) => each.used > 0 && leftOf(each) >= units)
  const opens = Math.max(0, count - started.length)
  if (opens > 0) return Math.max(50 - opens, 33)
  const fullest = started.toSorted((a, b) => leftOf(a) - leftOf(b)).slice(0, count)
  const percentLeft = fullest.reduce((sum, each) => sum + (100 * leftOf(each)) / capacityOf(each), 0)
  return Math.trunc(Math.max(100 - percentLeft / 10, 50))
}
