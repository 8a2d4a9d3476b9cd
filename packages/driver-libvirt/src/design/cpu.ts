import type { DomainDescription } from '../xml/domain/domain.ts'
import { cpuTopology } from './cpu-topology.ts'
import { guestDesignErrors } from './errors.ts'
import type { CpuProfile, DesignInput, NumaPlacement } from './guest-order.ts'
import { rangesOf } from './ranges.ts'
import { numberOf, wordOf, type Settings } from './settings.ts'

type Cpu = NonNullable<DomainDescription['cpu']>
type Numa = NonNullable<Cpu['numa']>

/** The guest's CPU: model and flags from the host's profile, shape from flavor and image, nodes from the placement. */
export function guestCpu({ order, host, numa }: DesignInput, settings: Settings): Cpu {
  const { vcpus } = order.flavor
  const features = host.cpu.flags.map(featureOf)
  const address = maxPhysicalAddress(settings)
  return {
    ...modelOf(host.cpu, host.capabilities),
    topology: cpuTopology(vcpus, settings),
    ...(address === null ? {} : { maxPhysicalAddress: address }),
    ...(features.length === 0 || host.cpu.mode === 'none' ? {} : { features }),
    ...(numa === null ? {} : { numa: guestNodes(numa) }),
  }
}

function modelOf(profile: CpuProfile, capabilities: DesignInput['host']['capabilities']): Cpu {
  switch (profile.mode) {
    case 'none':
      return {}
    case 'host-model':
    case 'maximum':
      return { mode: profile.mode, check: 'partial' }
    case 'host-passthrough':
      return { mode: profile.mode, check: 'none' }
    case 'custom':
      return { mode: 'custom', match: 'exact', model: { fallback: 'forbid', name: firstUsable(profile, capabilities) } }
  }
}

function firstUsable({ models }: CpuProfile, capabilities: DesignInput['host']['capabilities']): string {
  const known = capabilities?.cpu?.modes?.find(({ name }) => name === 'custom')?.models
  const usable = (name: string) => known?.some((model) => model.name === name && model.usable !== 'no') ?? true
  const found = models.find(usable)
  if (found === undefined) throw guestDesignErrors.unsupported({ what: `CPU model of ${models.join(', ')}` })
  return found
}

function featureOf(flag: string): { policy: 'require' | 'disable'; name: string } {
  return { policy: flag.startsWith('-') ? 'disable' : 'require', name: flag.replace(/^[+-]/, '') }
}

function maxPhysicalAddress(settings: Settings): NonNullable<Cpu['maxPhysicalAddress']> | null {
  const words = ['emulate', 'passthrough'] as const
  const mode = wordOf('hw:maxphysaddr_mode', settings.either('maxphysaddr_mode'), words)
  const bits = numberOf('hw:maxphysaddr_bits', settings.either('maxphysaddr_bits'), 1, 64)
  if (mode === null) return null
  return { mode, ...(bits === null ? {} : { bits }) }
}

/** Huge pages are shared, so that a switch outside of QEMU reaches them, as vhost-user wants. */
function guestNodes({ cells }: NumaPlacement): Numa {
  const shared = cells.some(({ pageSizeKib }) => pageSizeKib !== null)
  return {
    cells: cells.map(({ cpus, memoryKib }, id) => ({
      id,
      cpus: rangesOf(cpus),
      memory: memoryKib,
      unit: 'KiB',
      ...(shared ? { memoryAccess: 'shared' as const } : {}),
    })),
  }
}
