import type { ThreadPolicy } from '../guest/cpu-policy.ts'
import { freeDedicated, type HostCell } from './topology.ts'

/** Guest processor → host processor, and host processors for the emulator. */
export interface Pinning {
  readonly pins: ReadonlyMap<number, number>
  readonly reserved: readonly number[]
}

/** What is to be pinned in one cell. */
export interface PinRequest {
  readonly cpus: ReadonlySet<number>
  readonly threads: ThreadPolicy | null
  /** Host processors for the emulator, beside those of the guest. */
  readonly reserve: number
}

/** Free threads of one core. */
type Core = readonly number[]

/**
 * Host processors for a guest's, on as few cores as the policy of threads allows; emptier cores first. Null: there are
 * none that satisfy it.
 * Source: nova/virt/hardware.py, `_pack_instance_onto_cores`. Threads of a core are taken in ascending order, where Nova
 * takes them in the order of a Python set.
 */
export function packOntoCores(cell: HostCell, request: PinRequest): Pinning | null {
  const threadsPerCore = Math.max(1, ...cell.siblings.map((core) => core.length))
  const free = new Set(freeDedicated(cell))
  const cores = cell.siblings.map((core) => core.filter((cpu) => free.has(cpu)))
  if (request.threads === 'isolate') return isolated(cell, request, cores, threadsPerCore)
  if (request.threads === 'require' && threadsPerCore <= 1) return null
  const least = request.threads === 'require' ? 2 : 1
  for (let threads = threadsPerCore; threads >= least; threads--) {
    const some = withThreads(cores, threads)
    if (some.length === 0) continue
    const found = pinned(some, threads, withThreads(cores, 1), request, false)
    if (found !== null) return found
  }
  if (request.threads === 'require') return null
  // Any free thread, as if each were a core: nothing is asked of siblings.
  const loose = withThreads(cores, 1).flatMap((core) => core.map((cpu) => [cpu]))
  return pinned(loose, 1, loose, request, false)
}

/** One thread of each core, and of whole free cores only; on a host with threads all processors must be dedicated. */
function isolated(cell: HostCell, request: PinRequest, cores: readonly Core[], threadsPerCore: number): Pinning | null {
  const whole = withThreads(cores, threadsPerCore)
  if (request.cpus.size === 0 || whole.length === 0 || (threadsPerCore !== 1 && !sameSets(cell.dedicated, cell.shared)))
    return null
  return pinned(whole, 1, withThreads(cores, 1), request, true)
}

const withThreads = (cores: readonly Core[], threads: number): readonly Core[] =>
  cores.filter((core) => core.length >= threads)

function pinned(
  cores: readonly Core[],
  threads: number,
  reservable: readonly Core[],
  { cpus, reserve }: PinRequest,
  isolate: boolean,
): Pinning | null {
  const usable = cores.flatMap((core) => core.slice(0, threads))
  if (threads * cores.length < cpus.size) return null
  const guest = [...cpus].toSorted((a, b) => a - b)
  const pins = new Map(guest.map((cpu, at) => [cpu, usable[at] as number]))
  if (reserve === 0) return { pins, reserved: [] }
  const taken = new Set(pins.values())
  const rest = isolate
    ? reservable.filter((core) => !core.some((cpu) => taken.has(cpu))).flat()
    : reservable.flat().filter((cpu) => !taken.has(cpu))
  // Nova takes what there is, down to one, and refuses only if nothing is left or nothing was to be pinned.
  const reserved = pins.size === 0 ? [] : rest.slice(0, reserve)
  return reserved.length === 0 ? null : { pins, reserved }
}

function sameSets(left: readonly number[], right: readonly number[]): boolean {
  const others = new Set(right)
  return left.length === others.size && left.every((each) => others.has(each))
}
