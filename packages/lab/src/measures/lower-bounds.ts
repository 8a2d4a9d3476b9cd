import type { HostState, Resources } from '@novakit/core'
import { capacityIn } from '@novakit/scheduler'

/** What servers ask for, and how many ask for it. */
export type Servers = ReadonlyMap<Resources, number>

/** What hosts have of each class, the most first. */
export interface Rooms {
  of(resourceClass: string): readonly number[]
}

export function roomsOf(hosts: readonly HostState[]): Rooms {
  const known = new Map<string, readonly number[]>()
  return {
    of: (name) => {
      const room = known.get(name) ?? hosts.map((host) => capacityIn(host, name)).toSorted((a, b) => b - a)
      known.set(name, room)
      return room
    },
  }
}

/** How few hosts could hold some servers at best. */
export interface LowerBounds {
  /** The largest hosts that together have enough of the class that needs most of them. */
  readonly volume: number
  /** Martello and Toth's L2 for the class that needs most: counts servers too large to share a host. */
  readonly pairs: number
  /** The greater of the two. */
  readonly hosts: number
}

/**
 * For servers on these hosts, class by class: no packing of any kind can use fewer hosts.
 * @param servers what servers ask for, and how many of them there are
 */
export function lowerBounds(rooms: Rooms, servers: Servers): LowerBounds {
  const classes = [...new Set([...servers.keys()].flatMap((each) => Object.keys(each)))]
  let volume = 0
  let pairs = 0
  for (const name of classes) {
    const sizes = [...servers].flatMap(([each, count]) => sizesOf(each[name] ?? 0, count))
    const room = rooms.of(name)
    volume = Math.max(volume, hostsFor(sum(sizes), room))
    pairs = Math.max(pairs, martelloToth(sizes, room[0] ?? 0))
  }
  return { volume, pairs, hosts: Math.max(volume, pairs) }
}

function sizesOf(size: number, count: number): readonly number[] {
  return size > 0 ? new Array<number>(count).fill(size) : []
}

function hostsFor(amount: number, rooms: readonly number[]): number {
  let left = amount
  let count = 0
  for (const room of rooms) {
    if (left <= 0) break
    left -= room
    count++
  }
  return count
}

/**
 * L2 with every host as large as the largest, which can only lower it: for each threshold k, servers above `room - k`
 * stand alone, those above half a host in one each, and what the rest from k up leaves over needs hosts of its own.
 * Source: Martello and Toth, Lower bounds and reduction procedures for the bin packing problem (1990).
 */
function martelloToth(sizes: readonly number[], room: number): number {
  if (room <= 0 || sizes.length === 0) return 0
  const sorted = sizes.toSorted((a, b) => b - a)
  const before = [0]
  for (const size of sorted) before.push((before[before.length - 1] as number) + size)
  const countAbove = (limit: number): number => firstAtMost(sorted, limit)
  const halves = countAbove(room / 2)
  let most = 0
  for (const k of new Set([0, ...sorted.filter((size) => size <= room / 2)])) {
    const alone = countAbove(room - k)
    const small = firstBelow(sorted, k)
    const inPairs = Math.max(0, halves - alone)
    const space = inPairs * room - ((before[Math.max(halves, alone)] as number) - (before[alone] as number))
    const rest = (before[Math.max(small, halves)] as number) - (before[halves] as number) - space
    most = Math.max(most, Math.max(halves, alone) + Math.max(0, Math.ceil(rest / room - 1e-9)))
  }
  return most
}

/** In a falling list, the first position of a value not above the limit. */
function firstAtMost(falling: readonly number[], limit: number): number {
  return bisect(falling, (value) => value <= limit)
}

function firstBelow(falling: readonly number[], limit: number): number {
  return bisect(falling, (value) => value < limit)
}

function bisect(list: readonly number[], isThere: (value: number) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isThere(list[middle] as number)) high = middle
    else low = middle + 1
  }
  return low
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
