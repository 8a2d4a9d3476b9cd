import type { CountedGuest } from '../rpc/conductor.ts'
import type { Desk } from './desk.ts'
import type { Guest } from '../ports/hypervisor.ts'
import type { Instant, Millis } from '../domain/unit/units.ts'
import type { ServerId } from '../domain/ids.ts'
import { elapsed } from '../domain/unit/units.ts'

/** Tells what guests show that conductors do not know of: events get lost, and some hypervisors send none. */
export interface Census {
  /** Those whose power is not as it was told last; all of them now and then. Guests that are worked on are left out. */
  news(guests: readonly Guest[], now: Instant): Promise<readonly CountedGuest[]>
  /** Conductors know that much. */
  told(guests: readonly Guest[]): void
}

export interface CensusParts {
  readonly table: Pick<Desk, 'busy' | 'sequenceOf'>
  /** All guests are told that often, should what was told have been lost. */
  readonly every: Millis
  list(): Promise<readonly Guest[]>
}

export function census({ table, every, list }: CensusParts): Census {
  let known = new Map<ServerId, string>()
  let lastWhole: Instant | null = null

  /** That a new guest runs was the answer to the order that made it. */
  const isNews = (guest: Guest): boolean =>
    (known.get(guest.server) ?? textOf({ ...guest, power: 'running' })) !== textOf(guest)

  /** Looked at once more between two looks at their orders: what an order has just changed is its report's to tell. */
  async function counted(candidates: readonly Guest[]): Promise<readonly CountedGuest[]> {
    if (candidates.length === 0) return []
    const before = await Promise.all(candidates.map((guest) => table.sequenceOf(guest)))
    const there = new Map((await list()).map((guest) => [keyOf(guest), guest]))
    const after = await Promise.all(candidates.map((guest) => table.sequenceOf(guest)))
    return candidates.flatMap((candidate, index) => {
      const guest = there.get(keyOf(candidate))
      const sequence = before[index] ?? 0
      if (guest === undefined || table.busy(guest.server) || after[index] !== sequence) return []
      return [{ ...guest, sequence }]
    })
  }

  return {
    news: (guests, now) => {
      const there = new Set(guests.map(({ server }) => server))
      known = new Map([...known].filter(([server]) => there.has(server)))
      lastWhole ??= now
      const whole = elapsed(lastWhole, now) >= every
      if (whole) lastWhole = now
      return counted(guests.filter((guest) => !table.busy(guest.server) && (whole || isNews(guest))))
    },
    told: (guests) => {
      for (const guest of guests) known.set(guest.server, textOf(guest))
    },
  }
}

const textOf = ({ epoch, power }: Guest): string => `${power} at ${epoch}`
const keyOf = ({ server, node, epoch }: Guest): string => `${server} ${node} ${epoch}`
