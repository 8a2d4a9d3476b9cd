import type { DomainDescription } from '../xml/domain/domain.ts'
import type { DesignInput, NumaPlacement } from './guest-order.ts'
import { rangesOf } from './ranges.ts'
import { numberOf, truthOf, type Settings } from './settings.ts'

type Part<K extends keyof DomainDescription> = NonNullable<DomainDescription[K]>

const quota = (settings: Settings, name: string, low = 0) =>
  numberOf(`quota:${name}`, settings.flavor(`quota:${name}`), low)

/** Shares, quotas, pins. Null where nothing is asked for. */
export function cpuTune({ numa }: Pick<DesignInput, 'numa'>, settings: Settings): Part<'cpuTune'> | null {
  const tune = {
    ...given('shares', quota(settings, 'cpu_shares', 2)),
    ...given('period', quota(settings, 'cpu_period', 1000)),
    ...given('quota', quota(settings, 'cpu_quota', -1)),
    ...(numa === null ? {} : pinned(numa)),
  }
  return Object.keys(tune).length === 0 ? null : tune
}

function pinned({ cells, emulatorCpus, realTime }: NumaPlacement): Part<'cpuTune'> {
  const pins = cells
    .flatMap((cell) => [...cell.pins])
    .toSorted(([a], [b]) => a - b)
    .map(([vcpu, cpus]) => ({ vcpu, cpuSet: rangesOf(cpus) }))
  const all = cells.flatMap((cell) => [...cell.pins.values()].flat())
  return {
    pins,
    emulatorPin: rangesOf(emulatorCpus ?? all),
    ...(realTime === null
      ? {}
      : { scheduled: [{ cpus: rangesOf(realTime.cpus), scheduler: 'fifo' as const, priority: realTime.priority }] }),
  }
}

/** Each node of the guest on its node of the host, strictly. */
export function numaTune(numa: NumaPlacement | null): Part<'numaTune'> | null {
  if (numa === null) return null
  return {
    memory: { mode: 'strict', nodeSet: rangesOf(numa.cells.map(({ hostNode }) => hostNode)) },
    nodes: numa.cells.map(({ hostNode }, cell) => ({ cell, mode: 'strict', nodeSet: String(hostNode) })),
  }
}

/** Huge pages, and memory that stays in memory. */
export function memoryBacking(numa: NumaPlacement | null, settings: Settings): Part<'memoryBacking'> | null {
  const inRealTime = numa !== null && numa.realTime !== null
  const locked = truthOf('hw:locked_memory', settings.either('locked_memory')) === true || inRealTime
  const pages = hugePages(numa)
  const backing = {
    ...(pages.length === 0 ? {} : { hugePages: { pages } }),
    ...(inRealTime ? { noSharePages: true as const } : {}),
    ...(locked ? { locked: true as const } : {}),
  }
  return Object.keys(backing).length === 0 ? null : backing
}

function hugePages(numa: NumaPlacement | null) {
  const sizes = new Map<number, number[]>()
  numa?.cells.forEach(({ pageSizeKib }, cell) => {
    if (pageSizeKib === null) return
    sizes.set(pageSizeKib, [...(sizes.get(pageSizeKib) ?? []), cell])
  })
  return [...sizes].map(([size, cells]) => ({ size, unit: 'KiB' as const, nodeSet: rangesOf(cells) }))
}

type DiskTuning = Readonly<Record<string, number>>

const RATES = [
  ['read_bytes_sec', 'readBytesSec'],
  ['write_bytes_sec', 'writeBytesSec'],
  ['total_bytes_sec', 'totalBytesSec'],
  ['read_iops_sec', 'readIopsSec'],
  ['write_iops_sec', 'writeIopsSec'],
  ['total_iops_sec', 'totalIopsSec'],
  ['read_bytes_sec_max', 'readBytesSecMax'],
  ['write_bytes_sec_max', 'writeBytesSecMax'],
  ['total_bytes_sec_max', 'totalBytesSecMax'],
  ['read_iops_sec_max', 'readIopsSecMax'],
  ['write_iops_sec_max', 'writeIopsSecMax'],
  ['total_iops_sec_max', 'totalIopsSecMax'],
  ['size_iops_sec', 'sizeIopsSec'],
] as const

/** `quota:disk_*`, for disks that the flavor brings: a volume has its own. */
export function diskTune(settings: Settings): DiskTuning | null {
  const tune = Object.assign(
    {},
    ...RATES.map(([spec, name]) => given(name, quota(settings, `disk_${spec}`))),
  ) as DiskTuning
  return Object.keys(tune).length === 0 ? null : tune
}

/** `quota:vif_*`: KiB a second. */
export function interfaceTune(settings: Settings) {
  const side = (name: 'inbound' | 'outbound') => {
    const rate = {
      ...given('average', quota(settings, `vif_${name}_average`)),
      ...given('peak', quota(settings, `vif_${name}_peak`)),
      ...given('burst', quota(settings, `vif_${name}_burst`)),
    }
    return Object.keys(rate).length === 0 ? {} : { [name]: rate }
  }
  const both: { inbound?: Readonly<Record<string, number>>; outbound?: Readonly<Record<string, number>> } = {
    ...side('inbound'),
    ...side('outbound'),
  }
  return Object.keys(both).length === 0 ? null : both
}

function given<const K extends string>(key: K, value: number | null): { readonly [P in K]?: number } {
  return (value === null ? {} : { [key]: value }) as { readonly [P in K]?: number }
}
