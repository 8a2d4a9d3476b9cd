import type { HostState } from '@novakit/core'
import { BLOCK, type Fleet } from './fleet.ts'
import { follow } from './follow.ts'
import type { Gate } from './gate.ts'
import type { Room } from './room.ts'

/** The hosts that can take a server of one kind of request, as bits by slot, and how many they are. */
export interface Lane {
  /** By block. */
  readonly bits: Uint16Array
  readonly count: number
  has(slot: number): boolean
  sync(): void
  /** Leaves a host out until it is put back. @returns whether it was in */
  leaveOut(slot: number): boolean
  /** To be given what `leaveOut` was told, before the next `sync`. */
  putBack(slots: readonly number[]): void
  /** Whom to tell of changes. */
  watch(watcher: LaneWatcher): void
}

/** What a host must have for a lane. */
export interface LaneRules {
  readonly gates: readonly Gate[]
  readonly rooms: readonly { readonly room: Room; readonly amount: number }[]
  /** Asked where the columns cannot tell. */
  hasRoom(host: HostState): boolean
}

export interface LaneWatcher {
  /** All of it may be different. */
  anew(): void
  /** A host came, went or changed. */
  changed(slot: number): void
}

export function openLane(fleet: Fleet, { gates, rooms, hasRoom }: LaneRules): Lane {
  /** Gates that usage does not change, together, and the others. */
  let open = new Uint16Array(0)
  const steady = gates.filter(({ ignoresUsage }) => ignoresUsage)
  const moody = gates.filter(({ ignoresUsage }) => !ignoresUsage)
  let amounts: readonly Float64Array[] = []
  const asked = rooms.map(({ amount }) => amount)
  let bits = new Uint16Array(0)
  let count = 0
  let watcher = nobody

  const set = (slot: number, on: boolean): boolean => {
    const block = slot >> 4
    const bit = 1 << (slot & 15)
    const before = ((bits[block] as number) & bit) !== 0
    if (!before && !on) return false
    if (before !== on) {
      bits[block] = (bits[block] as number) ^ bit
      count += on ? 1 : -1
    }
    watcher.changed(slot)
    return before
  }
  const judge = (slot: number): boolean => {
    if (((open[slot >> 4] as number) & (1 << (slot & 15))) === 0) return false
    for (let at = 0; at < moody.length; at++) {
      if ((((moody[at] as Gate).bits[slot >> 4] as number) & (1 << (slot & 15))) === 0) return false
    }
    let doubtful = rooms.length === 0
    for (let at = 0; at < rooms.length; at++) {
      const left = (amounts[at] as Float64Array)[slot] as number
      if (left < (asked[at] as number)) return false
      if (Number.isNaN(left)) doubtful = true
    }
    return !doubtful || hasRoom(fleet.hosts[slot] as HostState)
  }
  const setOpen = (block: number): void => {
    let both = 0xffff
    for (const gate of steady) both &= gate.bits[block] as number
    open[block] = both
  }
  const anew = (): void => {
    bits = new Uint16Array(fleet.capacity / BLOCK)
    open = new Uint16Array(bits.length)
    amounts = rooms.map(({ room }) => room.amounts)
    count = 0
    for (let block = 0; block < open.length; block++) setOpen(block)
    for (let slot = 0; slot < fleet.size; slot++) {
      if (!judge(slot)) continue
      bits[slot >> 4] = (bits[slot >> 4] as number) | (1 << (slot & 15))
      count++
    }
    watcher.anew()
  }
  const followHosts = follow(fleet, anew, (slot, usageOnly) => {
    if (!usageOnly) setOpen(slot >> 4)
    set(slot, judge(slot))
  })
  return {
    get bits() {
      return bits
    },
    get count() {
      return count
    },
    has: (slot) => ((bits[slot >> 4] as number) & (1 << (slot & 15))) !== 0,
    sync: () => {
      for (const gate of gates) gate.sync()
      for (const { room } of rooms) room.sync()
      followHosts()
    },
    leaveOut: (slot) => set(slot, false),
    putBack: (slots) => {
      for (const slot of slots) set(slot, true)
    },
    watch: (next) => {
      watcher = next
    },
  }
}

const nobody: LaneWatcher = { anew: () => undefined, changed: () => undefined }
