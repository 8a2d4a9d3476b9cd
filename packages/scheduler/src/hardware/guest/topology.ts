import { allCpus, cpusOf, kept } from './cpu-set.ts'
import {
  cpuWishesOf,
  hyperthreadingTrait,
  type CpuPolicy,
  type CpuWishes,
  type EmulatorPolicy,
  type ThreadPolicy,
} from './cpu-policy.ts'
import { checkLockedMemory, pageSizeOf, persistentMemoriesOf, type PageSize } from './page-size.ts'
import { flavorSays, imageSays, quoted, refuse, saidOf, type Guest } from './spec.ts'

/** One NUMA node of a guest. */
export interface GuestCell {
  /** Guest processors that float over the host's shared ones. */
  readonly shared: ReadonlySet<number>
  /** Guest processors with one of the host's for each. */
  readonly dedicated: ReadonlySet<number>
  /** MiB. */
  readonly memory: number
}

/** The NUMA topology that a guest shall see. Policies and page size are those of all its cells. */
export interface GuestTopology {
  readonly cells: readonly GuestCell[]
  readonly policy: CpuPolicy | null
  readonly threads: ThreadPolicy | null
  readonly emulator: EmulatorPolicy | null
  readonly pages: PageSize | null
}

/** As Nova has it: keys beyond are not read. */
const NODES_MAX = 128

/**
 * The guest's topology; null unless something asks for one: a number of nodes, a page size, persistent memory, or
 * processors of its own.
 * Source: nova/virt/hardware.py, `numa_get_constraints`.
 * @throws `scheduler.invalid_request` where flavor and image contradict themselves or each other
 */
export function guestTopologyOf(guest: Guest): GuestTopology | null {
  const wishes = withExplicitResources(guest, cpuWishesOf(guest))
  checkPolicies(wishes)
  const nodes = nodeCountOf(guest)
  const pages = pageSizeOf(guest)
  checkLockedMemory(guest)
  const { policy, threads, emulator } = wishes
  const isPinned = policy === 'dedicated' || policy === 'mixed'
  if (nodes === null && pages === null && persistentMemoriesOf(guest).length === 0 && !isPinned) return null
  const cells = cellsOf(guest, nodes ?? 1, dedicatedOf(guest, wishes))
  return { cells, policy, threads, emulator, pages }
}

/** `resources:PCPU` and the trait of hyperthreading say the same as the policies do, and stand for them. */
function withExplicitResources(guest: Guest, wishes: CpuWishes): CpuWishes {
  const floating = amountOf(guest, 'VCPU')
  const pinned = amountOf(guest, 'PCPU')
  if (wishes.policy !== null && floating + pinned > 0)
    return refuse('resources:VCPU or resources:PCPU stand beside hw:cpu_policy; use one or the other')
  if (floating > 0 && pinned > 0)
    return refuse('resources:VCPU and resources:PCPU stand together; use one or the other')
  const needed = guest.flavor.vcpus + (wishes.emulator === 'isolate' ? 1 : 0)
  if (pinned > 0 && pinned !== needed)
    return refuse(`resources:PCPU is ${pinned}, and the flavor's processors and policies need ${needed}`)
  const trait = hyperthreadingTrait(guest)
  if (trait !== null && wishes.threads !== null)
    return refuse('trait:HW_CPU_HYPERTHREADING stands beside hw:cpu_thread_policy; use one or the other')
  return {
    ...wishes,
    policy: pinned > 0 ? 'dedicated' : floating > 0 ? 'shared' : wishes.policy,
    threads: trait === 'forbidden' ? 'isolate' : trait === 'required' ? 'require' : wishes.threads,
  }
}

/** Nova counts groups with a number for a suffix, and passes over what is no number. */
function amountOf({ flavor }: Guest, resourceClass: string): number {
  const pattern = new RegExp(`^resources([1-9]\\d*)?:${resourceClass}`)
  return Object.entries(flavor.extraSpecs)
    .filter(([key, value]) => pattern.test(key) && /^\s*\+?\d+\s*$/.test(value))
    .reduce((sum, [, value]) => sum + Number(value), 0)
}

function checkPolicies({ policy, threads, emulator, dedicated, realTime }: CpuWishes): void {
  if (policy === 'mixed') {
    if (dedicated !== null && realTime !== null) refuse('hw:cpu_dedicated_mask and a real-time mask stand together')
    if (dedicated === null && realTime === null)
      refuse('hw:cpu_policy = mixed needs hw:cpu_dedicated_mask or a real-time mask')
    return
  }
  if (dedicated !== null) refuse('hw:cpu_dedicated_mask needs hw:cpu_policy = mixed')
  if (policy === 'dedicated') return
  if (threads !== null) refuse('a CPU thread policy needs hw:cpu_policy = dedicated or mixed')
  if (emulator === 'isolate') refuse('hw:emulator_threads_policy = isolate needs hw:cpu_policy = dedicated or mixed')
  if (realTime !== null) refuse('hw:cpu_realtime needs hw:cpu_policy = dedicated or mixed')
}

function dedicatedOf({ flavor }: Guest, { policy, dedicated, realTime }: CpuWishes): ReadonlySet<number> {
  if (policy === 'dedicated') return allCpus(flavor.vcpus)
  return dedicated ?? (policy === 'mixed' ? realTime : null) ?? new Set()
}

function nodeCountOf(guest: Guest): number | null {
  const { flavor, image } = saidOf(guest, 'numa_nodes')
  if (flavor && image)
    return refuse('flavor and image both say how many NUMA nodes there are; let one of them be silent')
  const said = flavor || image
  if (!said) return null
  const nodes = /^\s*\d{1,9}\s*$/.test(said) ? Number(said) : 0
  return nodes > 0 ? nodes : refuse(`${quoted(said)} is no number of NUMA nodes`)
}

function cellsOf(guest: Guest, nodes: number, dedicated: ReadonlySet<number>): readonly GuestCell[] {
  const cpus = listOf(guest, 'numa_cpus')?.map(cpusOf)
  const memories = listOf(guest, 'numa_mem')?.map(memoryOf)
  if (cpus === undefined && memories === undefined) return evenly(guest, nodes, dedicated)
  if (cpus?.length !== nodes || memories?.length !== nodes)
    return refuse(`hw:numa_cpus.N and hw:numa_mem.N must both be there for each of the ${nodes} NUMA nodes`)
  checkShares(guest, cpus, memories)
  return cpus.map((each, at) => cellOf(each, dedicated, memories[at] ?? 0))
}

/** `hw:numa_cpus.0`, `.1`, … up to the first that is missing. */
function listOf(guest: Guest, key: string): readonly string[] | undefined {
  const read = (say: (node: number) => string | undefined): readonly string[] => {
    const found: string[] = []
    for (let node = 0; node < NODES_MAX; node++) {
      const said = say(node)
      if (said === undefined) break
      found.push(said)
    }
    return found
  }
  const flavor = read((node) => flavorSays(guest, `hw:${key}.${node}`))
  const image = read((node) => imageSays(guest, `hw_${key}.${node}`))
  if (flavor.length > 0 && image.length > 0)
    return refuse(`flavor and image both say hw:${key}; let one of them be silent`)
  const list = flavor.length > 0 ? flavor : image
  return list.length === 0 ? undefined : list
}

function memoryOf(text: string): number {
  return /^\s*\d{1,12}\s*$/.test(text) ? Number(text) : refuse(`${quoted(text)} is no memory of a NUMA node in MiB`)
}

function evenly({ flavor }: Guest, nodes: number, dedicated: ReadonlySet<number>): readonly GuestCell[] {
  if (flavor.vcpus % nodes > 0 || flavor.memory % nodes > 0)
    return refuse(`the flavor's processors and memory cannot be split evenly over ${nodes} NUMA nodes`)
  const count = flavor.vcpus / nodes
  return Array.from({ length: nodes }, (_, node) => {
    const cpus = new Set(Array.from({ length: count }, (__, at) => node * count + at))
    return cellOf(cpus, dedicated, flavor.memory / nodes)
  })
}

function checkShares({ flavor }: Guest, cpus: readonly ReadonlySet<number>[], memories: readonly number[]): void {
  const seen = new Set<number>()
  for (const cpu of cpus.flatMap((each) => [...each])) {
    if (cpu >= flavor.vcpus) refuse(`hw:numa_cpus names processor ${cpu}; the flavor's last is ${flavor.vcpus - 1}`)
    if (seen.has(cpu)) refuse(`hw:numa_cpus gives processor ${cpu} to two NUMA nodes`)
    seen.add(cpu)
  }
  if (seen.size < flavor.vcpus) refuse(`hw:numa_cpus names ${seen.size} of the flavor's ${flavor.vcpus} processors`)
  const sum = memories.reduce((all, each) => all + each, 0)
  if (sum !== flavor.memory) refuse(`hw:numa_mem adds up to ${sum} MiB, and the flavor has ${flavor.memory}`)
}

function cellOf(cpus: ReadonlySet<number>, dedicated: ReadonlySet<number>, memory: number): GuestCell {
  return { shared: kept(cpus, dedicated, false), dedicated: kept(cpus, dedicated), memory }
}
