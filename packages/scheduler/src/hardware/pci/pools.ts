import { z } from 'zod'
import type { ProviderId } from '@novakit/core'

/** Devices of a host that are alike and free, as its driver reports them in `hypervisor.pci`. */
export interface PciPool {
  readonly count: number
  /** The id of the NUMA cell they are at; null: none that is known. */
  readonly numaNode: number | null
  /** `vendor_id`, `product_id`, `dev_type`, `physical_network`, … as Nova names them. */
  readonly tags: Readonly<Record<string, string>>
  /** The provider that stands for them in Placement; null: none. */
  readonly provider: ProviderId | null
}

const poolShape = z.object({
  count: z.int().min(0).max(1_000_000),
  numaNode: z.int().min(0).nullable().default(null),
  tags: z.record(z.string().max(255), z.string().max(255)),
  provider: z
    .string()
    .max(255)
    .transform((value) => value as ProviderId)
    .nullable()
    .default(null),
})

const poolsShape = z.object({ pools: z.array(poolShape).max(10_000) })

const known = new WeakMap<object, readonly PciPool[] | null>()

/** What a driver said of PCI devices; null where it said nothing, or nothing that can be read. */
export function pciPoolsOf(pci: unknown): readonly PciPool[] | null {
  if (typeof pci !== 'object' || pci === null) return null
  const before = known.get(pci)
  if (before !== undefined) return before
  const read = poolsShape.safeParse(pci)
  const pools = read.success ? read.data.pools : null
  known.set(pci, pools)
  return pools
}

export function freeDevices(pools: readonly PciPool[]): number {
  return pools.reduce((sum, { count }) => sum + count, 0)
}
