import type { Random } from '@novakit/core'
import type { TraceGroup, TraceHost, TraceRequest, TraceRule, TraceSet } from './set.ts'
import { seededRandom } from '@novakit/core'

// A set of the shape of the published ones, for those who do not have the files: as many hosts and requests, alike in
// sizes, racks, flavors and groups. The numbers below were counted in them.

const HOSTS = 1710
const REQUESTS = 4998

/** One drawn by its weight. */
type Weighted<T> = readonly (readonly [weight: number, value: T])[]

/** Cores and GiB that are free on a NUMA node. */
const nodes: Weighted<readonly [vcpus: number, memoryGiB: number]> = [
  [468, [60, 202]],
  [302, [24, 16]],
  [384, [39, 120]],
  [118, [0, 0]],
  [90, [32, 64]],
  [163, [32, 32]],
  [150, [6, 12]],
  [148, [40, 40]],
  [71, [96, 64]],
  [200, [36, 72]],
  [120, [20, 40]],
  [92, [90, 70]],
  [60, [124, 90]],
]

const flavors: Weighted<readonly [vcpus: number, memoryGiB: number]> = [
  [929, [32, 64]],
  [928, [4, 8]],
  [851, [2, 4]],
  [434, [8, 32]],
  [429, [2, 8]],
  [381, [4, 16]],
  [300, [8, 16]],
  [272, [32, 128]],
  [197, [16, 64]],
  [137, [16, 32]],
  [101, [64, 128]],
  [27, [12, 24]],
  [6, [48, 96]],
]

interface GroupKind {
  readonly rule: TraceRule
  readonly groups: number
  /** Sizes from the least to the most, so many of each. */
  readonly sizes: Weighted<readonly [least: number, most: number]>
}

const kinds: readonly GroupKind[] = [
  {
    rule: 'affinity',
    groups: 74,
    sizes: [
      [10, [1, 5]],
      [36, [6, 6]],
      [12, [7, 8]],
      [13, [12, 13]],
      [3, [16, 16]],
    ],
  },
  {
    rule: 'anti-affinity',
    groups: 50,
    sizes: [
      [13, [1, 2]],
      [15, [3, 8]],
      [14, [10, 16]],
      [8, [21, 43]],
    ],
  },
  {
    rule: 'fault-domain',
    groups: 216,
    sizes: [
      [138, [1, 1]],
      [40, [2, 3]],
      [24, [4, 9]],
      [10, [16, 33]],
      [4, [42, 129]],
    ],
  },
]

/** The same for the same name. @param times as for `readSet` */
export function twinSet(name: string, times: number): TraceSet {
  const random = seededRandom(`twin of ${name}`)
  return { name, origin: 'twin', hosts: hostsOf(random.fork('hosts'), times), requests: requestsOf(random) }
}

function hostsOf(random: Random, times: number): readonly TraceHost[] {
  const hosts: TraceHost[] = []
  for (let rack = 0; hosts.length < Math.round(HOSTS * times); rack++) {
    const size = 15 + random.below(5)
    for (let place = 0; place < size; place++) {
      const [one, other] = [draw(random, nodes), draw(random, nodes)]
      const vcpus = Math.max(4, one[0] + other[0])
      const memoryGiB = Math.max(8, one[1] + other[1])
      hosts.push({ name: `host-${hosts.length}`, rack: `rack-${rack}`, vcpus, memoryGiB })
    }
  }
  return hosts.slice(0, Math.round(HOSTS * times))
}

interface Arrival extends Omit<TraceRequest, 'name'> {
  readonly at: number
}

/** Servers of a group come one after another, with others between them. */
function requestsOf(random: Random): readonly TraceRequest[] {
  const grouped = kinds.flatMap((kind) =>
    Array.from({ length: kind.groups }, (_, index) => groupArrivals(random.fork(`${kind.rule}/${index}`), kind, index)),
  )
  const alone = Array.from({ length: REQUESTS - grouped.flat().length }, () => arrival(random, random.next(), null))
  return [...grouped.flat(), ...alone]
    .toSorted((a, b) => a.at - b.at)
    .map(({ vcpus, memoryGiB, group }, at) => ({ name: `vm-${at}`, vcpus, memoryGiB, group }))
}

function groupArrivals(random: Random, { rule, sizes }: GroupKind, index: number): readonly Arrival[] {
  const [least, most] = draw(random, sizes)
  const size = least + random.below(most - least + 1)
  const [vcpus, memoryGiB] = draw(random, flavors)
  let at = random.next()
  return Array.from({ length: size }, () => {
    at += random.next() / 1000
    const domain = rule === 'fault-domain' ? `domain-${random.below(3)}` : ''
    return { at, vcpus, memoryGiB, group: { key: `${rule}/${index}`, rule, domain } }
  })
}

function arrival(random: Random, at: number, group: TraceGroup | null): Arrival {
  const [vcpus, memoryGiB] = draw(random, flavors)
  return { at, vcpus, memoryGiB, group }
}

function draw<T>(random: Random, from: Weighted<T>): T {
  let left = random.next() * from.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, value] of from) {
    left -= weight
    if (left < 0) return value
  }
  return (from.at(-1) as readonly [number, T])[1]
}
