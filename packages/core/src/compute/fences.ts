import { isDeepStrictEqual } from 'node:util'
import type { Command, GuestCommand } from '../domain/operation/command.ts'
import type { GuestRef } from '../ports/hypervisor.ts'
import type { HostMemory } from '../ports/host-memory.ts'
import type { OperationId, ServerId } from '../domain/ids.ts'
import type { Outcome } from './job.ts'

/** How far the orders about a server have come that this host has seen, and up to where its guest was to end. */
export interface Fence {
  readonly epoch: number
  /** The highest of its orders at that epoch. */
  readonly sequence: number
  /** The highest of those that plug something in or out: they come in an order of their own. */
  readonly devices?: number | undefined
  /** Never above `epoch`. Null: none was ended. */
  readonly endedUpTo: number | null
  /** What the latest of its orders came to, where that must not be done twice. */
  readonly last?: Answered | undefined
}

interface Answered {
  readonly operation: OperationId
  readonly step: string
  readonly outcome: Outcome
}

/** What of a command says whether it comes too late. */
export type Pass = Pick<Command, 'epoch' | 'sequence'> & {
  /** It ends the guest: whatever came before it at its epoch. */
  readonly ends: boolean
  /** It plugs something in or out: whatever else is done to the guest does not overtake it. */
  readonly plugs?: boolean
}

/** What an agent remembers beside its guests, so that a command that comes late does no harm. */
export interface Fences {
  /**
   * Whether such a command may be carried out; if so, it is remembered first. One call at a time for each
   * server: of two commands that arrive together the later must see what the earlier has left.
   */
  admit(server: ServerId, pass: Pass): Promise<boolean>
  /** What this very order came to, if it is the latest about its guest and {@link remember}ed. */
  answerTo(command: GuestCommand): Promise<Outcome | null>
  /** Unless a later order was admitted meanwhile. */
  remember(command: GuestCommand, outcome: Outcome): Promise<void>
  /** Of the latest order about this guest. */
  sequenceOf(guest: Pick<GuestRef, 'server' | 'epoch'>): Promise<number>
  /** Whether this guest was to be ended, at its epoch or a later one: nothing may be left of it. */
  hasEnded(guest: Pick<GuestRef, 'server' | 'epoch'>): Promise<boolean>
}

const PREFIX = 'fence/'

/** Reads what is remembered once, and knows it by heart from then on. */
export function fences(memory: HostMemory): Fences {
  let remembered: Promise<Map<string, Fence>> | null = null
  const all = (): Promise<Map<string, Fence>> =>
    (remembered ??= readAll(memory).catch((error: unknown) => {
      remembered = null
      throw error
    }))
  const known = async (server: ServerId): Promise<Fence | null> => (await all()).get(server) ?? null
  const put = async (server: ServerId, fence: Fence): Promise<void> => {
    await memory.put(`${PREFIX}${server}`, JSON.stringify(fence))
    ;(await all()).set(server, fence)
  }
  return {
    admit: async (server, pass) => {
      const fence = await known(server)
      if (!admits(fence, pass)) return false
      const next = moved(fence, pass)
      if (!isDeepStrictEqual(fence, next)) await put(server, next)
      return true
    },
    answerTo: async ({ server, operation, step }) => {
      const last = (await known(server))?.last
      return last?.operation === operation && last.step === step ? last.outcome : null
    },
    remember: async ({ server, epoch, sequence, operation, step }, outcome) => {
      const fence = await known(server)
      if (fence?.epoch === epoch && fence.sequence === sequence) {
        await put(server, { ...fence, last: { operation, step, outcome } })
      }
    },
    sequenceOf: async ({ server, epoch }) => {
      const fence = await known(server)
      return fence?.epoch === epoch ? fence.sequence : 0
    },
    hasEnded: async ({ server, epoch }) => {
      const endedUpTo = (await known(server))?.endedUpTo ?? null
      return endedUpTo !== null && epoch <= endedUpTo
    },
  }
}

async function readAll(memory: HostMemory): Promise<Map<string, Fence>> {
  const entries = await memory.entries(PREFIX)
  return new Map(entries.map(([key, text]) => [key.slice(PREFIX.length), JSON.parse(text) as Fence]))
}

/** Ending again is fine; making again what was ended is not, unless the server has changed hands since. */
export function admits(fence: Fence | null, { epoch, sequence, ends, plugs = false }: Pass): boolean {
  if (fence === null || epoch > fence.epoch) return true
  const highest = plugs ? (fence.devices ?? 0) : fence.sequence
  return epoch === fence.epoch && (ends || (fence.endedUpTo !== epoch && sequence >= highest))
}

function moved(fence: Fence | null, { epoch, sequence, ends, plugs = false }: Pass): Fence {
  const known = fence?.epoch === epoch ? fence : null
  const before = known?.sequence ?? 0
  const same = known !== null && (plugs || sequence <= before)
  const devices = Math.max(known?.devices ?? 0, plugs ? sequence : 0)
  return {
    epoch,
    sequence: plugs ? before : Math.max(before, sequence),
    ...(devices === 0 ? {} : { devices }),
    endedUpTo: ends ? epoch : (fence?.endedUpTo ?? null),
    ...(same && known.last !== undefined ? { last: known.last } : {}),
  }
}
