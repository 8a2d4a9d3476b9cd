import type { HostState, RequestSpec } from '@novakit/core'

/**
 * The best that can be done without an index: what is free in typed arrays, one pass for room and extremes, one for
 * weights. Free processors, memory and disk, Nova's scales; the first of equals. It has no other filters.
 */
export interface TypedScan {
  /** The chosen host's position, and its weight; null if there is none. */
  decide(request: RequestSpec): { readonly at: number; readonly weight: number } | null
  take(at: number, request: RequestSpec, times: 1 | -1): void
}

export function typedScan(hosts: readonly HostState[], multiplier: 1 | -1): TypedScan {
  const room = [
    columnOf(hosts, 'VCPU', true),
    columnOf(hosts, 'MEMORY_MB', true),
    columnOf(hosts, 'DISK_GB', true),
  ] as const
  const free = [
    columnOf(hosts, 'VCPU', true),
    columnOf(hosts, 'MEMORY_MB', false),
    columnOf(hosts, 'DISK_GB', false),
  ] as const
  const [cpuRoom, memoryRoom, diskRoom] = room
  const [cpuFree, memoryFree, diskFree] = free
  const enabled = new Uint8Array(hosts.length).fill(1)
  const fits = new Int32Array(hosts.length)
  return {
    decide: (request) => {
      const [cpu, memory, disk] = amountsOf(request)
      let count = 0
      let cpuMost = 0
      let memoryMost = 0
      let diskMost = 0
      for (let at = 0; at < fits.length; at++) {
        if (enabled[at] === 0 || (cpuRoom[at] as number) < cpu || (memoryRoom[at] as number) < memory) continue
        if ((diskRoom[at] as number) < disk) continue
        fits[count++] = at
        if ((cpuFree[at] as number) > cpuMost) cpuMost = cpuFree[at] as number
        if ((memoryFree[at] as number) > memoryMost) memoryMost = memoryFree[at] as number
        if ((diskFree[at] as number) > diskMost) diskMost = diskFree[at] as number
      }
      let best = -1
      let most = Number.NEGATIVE_INFINITY
      for (let each = 0; each < count; each++) {
        const at = fits[each] as number
        const weight =
          (multiplier * (cpuFree[at] as number)) / cpuMost +
          (multiplier * (diskFree[at] as number)) / diskMost +
          (multiplier * (memoryFree[at] as number)) / memoryMost
        if (weight <= most) continue
        most = weight
        best = at
      }
      return best === -1 ? null : { at: best, weight: most }
    },
    take: (at, request, times) => {
      amountsOf(request).forEach((amount, each) => {
        for (const columns of [room, free]) {
          const column = columns[each] as Float64Array
          column[at] = (column[at] as number) - times * amount
        }
      })
    },
  }
}

function amountsOf({ resources }: RequestSpec): readonly [number, number, number] {
  const asked = resources.groups[0]?.resources ?? {}
  return [asked['VCPU'] ?? 0, asked['MEMORY_MB'] ?? 0, asked['DISK_GB'] ?? 0]
}

function columnOf(hosts: readonly HostState[], resourceClass: string, overcommit: boolean): Float64Array {
  return Float64Array.from(hosts, ({ inventories }) => {
    const inventory = inventories.get(resourceClass)
    if (inventory === undefined) return 0
    return inventory.total * (overcommit ? inventory.allocationRatio : 1) - inventory.reserved - inventory.used
  })
}
