import type { Log } from '@novakit/core/vocabulary'
import { deregisterOf, families, type EventKind } from '../events/event-kind.ts'
import { events, type EventName, type EventOf } from '../events/index.ts'
import { ask } from '../link/handshake.ts'
import { decodeAll } from '../link/job.ts'
import type { Link } from '../link/link.ts'
import { program, type Frame } from '../wire/frame.ts'
import type { DomainRef } from '../wire/objects.ts'

export type Listener<N extends EventName> = (event: Omit<EventOf<N>, 'callbackId'>) => void
export type Unsubscribe = () => Promise<void>

/** Makes one call; `bound`: on the present link or not at all. */
type Call = (name: string, args: object, options?: { readonly bound: boolean }) => Promise<unknown>

/** One registration with the daemon, shared by all who listen for the same. */
interface Subscription {
  readonly key: string
  readonly kind: EventKind
  readonly domain: DomainRef | undefined
  readonly listeners: Set<(event: never) => void>
  /** Resolves once the daemon knows of it. */
  ready: Promise<void>
  /** The daemon has known of it, so the next daemon is to know of it too. */
  known: boolean
  /** The daemon's number for it, on the present link. */
  callbackId: number | null
}

interface Occurrence {
  readonly kind: EventKind
  readonly callbackId: number
  readonly event: object
}

export interface Subscriptions {
  add<N extends EventName>(name: N, domain: DomainRef | undefined, listener: Listener<N>): Promise<Unsubscribe>
  take(frame: Frame): void
  /** The link is gone, and with it the numbers of the daemon. */
  lost(): void
  /** Registers again on a new link all that was there. */
  restore(link: Link): Promise<void>
}

const kinds: ReadonlyMap<number, EventKind> = new Map(Object.values(events).map((kind) => [kind.number, kind]))
/** Events of a registration whose answer is still on its way; more than that of them are not kept. */
const MOST_EARLY = 1000

export function subscriptions(call: Call, log: Log): Subscriptions {
  const all = new Map<string, Subscription>()
  const byId = new Map<string, Subscription>()
  const leaving = new Map<string, Promise<unknown>>()
  let early: Occurrence[] = []
  let registering = 0
  let generation = 0

  /** Events may overtake the answer that says whose they are. */
  const whileEarlyOnesAreKept = async (work: () => Promise<void>): Promise<void> => {
    registering++
    try {
      await work()
    } finally {
      if (--registering === 0) early.splice(0).forEach(deliver)
    }
  }
  const settled = (subscription: Subscription, callbackId: number): void => {
    subscription.callbackId = callbackId
    subscription.known = true
    byId.set(idKey(subscription.kind, callbackId), subscription)
  }
  const register = (subscription: Subscription): Promise<void> =>
    whileEarlyOnesAreKept(async () => {
      for (;;) {
        const mine = generation
        const callbackId = await call(...registration(subscription)).catch((error: unknown) => {
          if (all.get(subscription.key) === subscription) all.delete(subscription.key)
          throw error
        })
        if (mine === generation) return settled(subscription, callbackId as number)
      }
    })
  const remove = (subscription: Subscription): Promise<void> => {
    const { kind, callbackId, key } = subscription
    if (all.get(key) === subscription) all.delete(key)
    // Without a link there is no registration, and its number may soon be another's.
    if (callbackId === null) return Promise.resolve()
    byId.delete(idKey(kind, callbackId))
    const mine = generation
    const gone = call(deregisterOf[kind.family], { callbackId }, { bound: true }).then(
      () => undefined,
      (error: unknown) => {
        if (mine === generation) throw error
      },
    )
    const forgotten = gone.catch(() => undefined).then(() => void leaving.delete(key))
    leaving.set(key, forgotten)
    return gone
  }
  const deliver = (occurrence: Occurrence): void => {
    const subscription = byId.get(idKey(occurrence.kind, occurrence.callbackId))
    if (subscription === undefined) {
      if (registering > 0 && early.length < MOST_EARLY) early.push(occurrence)
      return
    }
    // Who begins to listen while this is told is told the next.
    const present = [...subscription.listeners]
    for (const listener of present) heard(listener, occurrence.event as never, log)
  }
  const add = (name: EventName, domain: DomainRef | undefined): Subscription => {
    const key = keyOf(name, domain)
    const found = all.get(key)
    if (found !== undefined) return found
    const ready = Promise.resolve()
    const fresh: Subscription = {
      key,
      kind: events[name],
      domain,
      listeners: new Set(),
      ready,
      known: false,
      callbackId: null,
    }
    all.set(key, fresh)
    fresh.ready = register(fresh)
    return fresh
  }
  return {
    add: async (name, domain, listener) => {
      // The daemon takes no second registration beside one that it has not forgotten yet.
      await leaving.get(keyOf(name, domain))
      const subscription = add(name, domain)
      // Each call of `add` is a listener of its own, even with the same function.
      const mine = (event: never) => listener(event)
      subscription.listeners.add(mine)
      await subscription.ready
      return async () => {
        if (subscription.listeners.delete(mine) && subscription.listeners.size === 0) await remove(subscription)
      }
    },
    take: (frame) => {
      const kind = frame.program === program.remote ? kinds.get(frame.procedure) : undefined
      if (kind === undefined)
        return log.debug('libvirt sent an event that nobody knows', { procedure: frame.procedure })
      const { callbackId, ...event } = decodeAll(kind.payload, frame.body) as { callbackId: number }
      deliver({ kind, callbackId, event })
    },
    lost: () => {
      generation++
      byId.clear()
      early = []
      for (const subscription of all.values()) subscription.callbackId = null
    },
    restore: (link) =>
      whileEarlyOnesAreKept(async () => {
        const known = [...all.values()].filter((subscription) => subscription.known)
        for (const subscription of known) {
          if (all.get(subscription.key) !== subscription) continue
          const [name, args] = registration(subscription)
          try {
            settled(subscription, await ask(link, name, args as never))
          } catch (error) {
            // As for a domain that is gone: no reason to do without everything else.
            if (link.closed) throw error
            log.warn('libvirt does not take a registration again', { error: (error as Error).message })
          }
        }
      }),
  }
}

function registration({ kind, domain }: Subscription) {
  const { register: name, subject } = families[kind.family]
  return [name, { eventId: kind.id, [subject]: domain ?? null }] as const
}

function keyOf(name: EventName, domain: DomainRef | undefined): string {
  return `${name}/${domain?.uuid ?? ''}`
}

function idKey(kind: EventKind, callbackId: number): string {
  return `${kind.number}/${callbackId}`
}

function heard(listener: (event: never) => void, event: never, log: Log): void {
  try {
    listener(event)
  } catch (error) {
    log.error('a listener for libvirt events failed', { error: error instanceof Error ? error.message : String(error) })
  }
}
