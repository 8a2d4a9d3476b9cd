import { pciPolicies, type PciPolicy } from '@novakit/core'
import { allCpus, isWithin, maskedCpus } from './cpu-set.ts'
import { agreed, flagOf, flavorSays, imageSays, oneOf, quoted, refuse, saidOf, type Guest } from './spec.ts'

export const cpuPolicies = ['dedicated', 'shared', 'mixed'] as const
export type CpuPolicy = (typeof cpuPolicies)[number]

export const threadPolicies = ['prefer', 'isolate', 'require'] as const
export type ThreadPolicy = (typeof threadPolicies)[number]

export const emulatorPolicies = ['isolate', 'share'] as const
export type EmulatorPolicy = (typeof emulatorPolicies)[number]

/** What is said of processors, before any sum is checked. Null: nothing is. */
export interface CpuWishes {
  readonly policy: CpuPolicy | null
  readonly threads: ThreadPolicy | null
  readonly emulator: EmulatorPolicy | null
  /** Guest processors that run in real time. */
  readonly realTime: ReadonlySet<number> | null
  /** Guest processors that `hw:cpu_dedicated_mask` names. */
  readonly dedicated: ReadonlySet<number> | null
}

/**
 * Source: nova/virt/hardware.py, `get_cpu_policy_constraint` and its neighbours.
 * @throws `scheduler.invalid_request`
 */
export function cpuWishesOf(guest: Guest): CpuWishes {
  const emulator = emulatorPolicyOf(guest)
  return {
    policy: cpuPolicyOf(guest),
    threads: threadPolicyOf(guest),
    emulator,
    realTime: realTimeCpusOf(guest, emulator),
    dedicated: dedicatedCpusOf(guest),
  }
}

/** Images may ask for what the flavor leaves open, and for less than it gives, never for more. */
function cpuPolicyOf(guest: Guest): CpuPolicy | null {
  const said = saidOf(guest, 'cpu_policy')
  const flavor = said.flavor ? oneOf('hw:cpu_policy', said.flavor, cpuPolicies) : null
  const image = said.image ? oneOf('hw_cpu_policy', said.image, cpuPolicies) : null
  if (flavor === null || flavor === 'dedicated') return flavor ?? image
  const isMore = image === 'dedicated' || (flavor === 'shared' && image === 'mixed')
  if (isMore) return refuse(`the image asks for ${image} processors where the flavor gives ${flavor} ones`)
  return flavor
}

function threadPolicyOf(guest: Guest): ThreadPolicy | null {
  const said = saidOf(guest, 'cpu_thread_policy')
  const flavor = said.flavor ? oneOf('hw:cpu_thread_policy', said.flavor, threadPolicies) : null
  const image = said.image ? oneOf('hw_cpu_thread_policy', said.image, threadPolicies) : null
  if (flavor === null) return image
  // Nova takes the flavor's `prefer` before the image's policy, and objects to no image beside it.
  if (flavor !== 'prefer' && image !== null && image !== flavor)
    return refuse(`the flavor says hw:cpu_thread_policy = ${flavor} and the image ${image}`)
  return flavor
}

function emulatorPolicyOf(guest: Guest): EmulatorPolicy | null {
  const said = flavorSays(guest, 'hw:emulator_threads_policy')
  return said ? oneOf('hw:emulator_threads_policy', said, emulatorPolicies) : null
}

function dedicatedCpusOf(guest: Guest): ReadonlySet<number> | null {
  const mask = flavorSays(guest, 'hw:cpu_dedicated_mask')
  if (!mask) return null
  const { vcpus } = guest.flavor
  const dedicated = maskedCpus(mask, vcpus)
  const all = allCpus(vcpus)
  if (dedicated.size === 0 || isWithin(all, dedicated))
    return refuse(`hw:cpu_dedicated_mask = ${quoted(mask)} leaves no processor of one of the two kinds`)
  if (!isWithin(dedicated, all)) return refuse(`hw:cpu_dedicated_mask names processors beyond the flavor's ${vcpus}`)
  return dedicated
}

function realTimeCpusOf(guest: Guest, emulator: EmulatorPolicy | null): ReadonlySet<number> | null {
  if (flagOf(flavorSays(guest, 'hw:cpu_realtime')) !== true) return null
  const { flavor, image } = saidOf(guest, 'cpu_realtime_mask')
  const mask = image || flavor
  const all = allCpus(guest.flavor.vcpus)
  const realTime = mask ? maskedCpus(mask, guest.flavor.vcpus) : all
  if (realTime.size === 0) return refuse('hw:cpu_realtime_mask names no processor')
  if (!isWithin(realTime, all)) return refuse("the mask of real-time processors goes beyond the flavor's")
  if (realTime.size === all.size && emulator === null)
    return refuse('not all processors can run in real time unless hw:emulator_threads_policy is set')
  return realTime
}

/** What the trait of simultaneous multithreading says in the place of a thread policy. */
export function hyperthreadingTrait(guest: Guest): 'required' | 'forbidden' | null {
  const key = Object.keys(guest.flavor.extraSpecs).find((each) => /^trait([1-9]\d*)?:HW_CPU_HYPERTHREADING/.test(each))
  const said = key === undefined ? imageSays(guest, 'trait:HW_CPU_HYPERTHREADING') : flavorSays(guest, key)
  return said === 'required' || said === 'forbidden' ? said : null
}

/** NUMA affinity of PCI devices that flavor or image ask for, over what the devices' alias says. */
/** @throws `scheduler.invalid_request` */
export function pciPolicyOf(guest: Guest): PciPolicy | null {
  const said = agreed(guest, 'pci_numa_affinity_policy')
  return said === undefined ? null : oneOf('hw:pci_numa_affinity_policy', said, pciPolicies)
}
