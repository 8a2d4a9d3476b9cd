import type { GuestRef } from '../ports/hypervisor.ts'
import type { HostMemory } from '../ports/host-memory.ts'
import type { ServerId } from '../domain/ids.ts'

/** The highest epoch that this host has seen of a server, and the highest at which its guest was to end. */
export interface Fence {
  readonly epoch: number
  /** Never above `epoch`. Null: none was ended. */
  readonly endedUpTo: number | null
}

/** What an agent remembers beside its guests, so that a command that comes late does no harm. */
export interface Fences {
  /**
   * Whether a command of this epoch may be carried out; if so, it is remembered first. One call at a time for each
   * server: of two commands that arrive together the later must see what the earlier has left.
   */
  admit(server: ServerId, epoch: number, ends: boolean): Promise<boolean>
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
  return {
    admit: async (server, epoch, ends) => {
      const fence = await known(server)
      if (!admits(fence, epoch, ends)) return false
      const next: Fence = { epoch, endedUpTo: ends ? epoch : (fence?.endedUpTo ?? null) }
      if (fence?.epoch !== next.epoch || fence.endedUpTo !== next.endedUpTo) {
        await memory.put(`${PREFIX}${server}`, JSON.stringify(next))
        ;(await all()).set(server, next)
      }
      return true
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
export function admits(fence: Fence | null, epoch: number, ends: boolean): boolean {
  if (fence === null || epoch > fence.epoch) return true
  return epoch === fence.epoch && (ends || fence.endedUpTo !== epoch)
}
