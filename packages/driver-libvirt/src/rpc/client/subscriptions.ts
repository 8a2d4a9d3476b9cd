import type { Log } from '@novakit/core'
import { deregisterOf, families, type EventKind } from '../events/event-kind.ts'
import { events, type EventName, type EventOf } from '../events/index.ts'
import { ask } from '../link/handshake.ts'
import { decodeAll } from '../link/job.ts'
import type { Link } from '../link/link.ts'
import type { Frame } from '../wire/frame.ts'
import { program } from '../wire/frame.ts'
import type { DomainRef } from '../wire/objects.ts'

export type Listener<N extends EventName> = (event: Omit<EventOf<N>, 'callbackId'>) => void
export type Unsubscribe = () => Promise<void>

/** Makes one call over whatever link there is. */
type Call = (name: string, args: object) => Promise<unknown>

/** One registration with the daemon, shared by all who listen for the same. */
interface Subscription {
  readonly key: string
  readonly kind: EventKind
  readonly domain: DomainRef | undefined
  readonly listeners: Set<(event: never) => void>
  /** Resolves once the daemon knows of it. */
  ready: Promise<void>
  /** The daemon's number for it, on the present link. */
  callbackId: number | null
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
  let early: Frame[] = []
  let registering = 0
  let generation = 0

  const settled = (subscription: Subscription, callbackId: number): void => {
    subscription.callbackId = callbackId
    byId.set(idKey(subscription.kind, callbackId), subscription)
  }
  const register = async (subscription: Subscription): Promise<void> => {
    registering++
    try {
      const { register: name, subject } = families[subscription.kind.family]
      const args = { eventId: subscription.kind.id, [subject]: subscription.domain ?? null }
      for (;;) {
        const mine = generation
        const callbackId = (await call(name, args)) as number
        if (mine === generation) return settled(subscription, callbackId)
      }
    } catch (error) {
      all.delete(subscription.key)
      throw error
    } finally {
      if (--registering === 0) early.splice(0).forEach(deliver)
    }
  }
  const remove = async (subscription: Subscription): Promise<void> => {
    const { kind, callbackId, key } = subscription
    if (all.get(key) === subscription) all.delete(key)
    if (callbackId === null) return
    byId.delete(idKey(kind, callbackId))
    subscription.callbackId = null
    const mine = generation
    try {
      await call(deregisterOf[kind.family], { callbackId })
    } catch (error) {
      // With its link the registration went away by itself.
      if (mine === generation) throw error
    }
  }
  const deliver = (frame: Frame): void => {
    const kind = kinds.get(frame.procedure)
    if (kind === undefined) return log.debug('libvirt sent an event that nobody knows', { procedure: frame.procedure })
    const { callbackId, ...event } = decodeAll(kind.payload, frame.body) as { callbackId: number }
    const subscription = byId.get(idKey(kind, callbackId))
    if (subscription === undefined) {
      if (registering > 0 && early.length < MOST_EARLY) early.push(frame)
      return
    }
    // Who begins to listen while this is told is told the next.
    const present = [...subscription.listeners]
    for (const listener of present) heard(listener, event as never, log)
  }
  return {
    add: async (name, domain, listener) => {
      const key = `${name}/${domain?.uuid ?? ''}`
      // Each call of `add` is a listener of its own, even with the same function.
      const mine = (event: never) => listener(event)
      let subscription = all.get(key)
      if (subscription === undefined) {
        const fresh = { key, kind: events[name], domain, listeners: new Set([mine]), callbackId: null }
        subscription = { ...fresh, ready: Promise.resolve() }
        all.set(key, subscription)
        subscription.ready = register(subscription)
      }
      subscription.listeners.add(mine)
      await subscription.ready
      return async () => {
        if (subscription.listeners.delete(mine) && subscription.listeners.size === 0) await remove(subscription)
      }
    },
    take: (frame) => {
      if (frame.program === program.remote) deliver(frame)
    },
    lost: () => {
      generation++
      byId.clear()
      early = []
    },
    restore: async (link) => {
      for (const subscription of all.values()) {
        if (subscription.callbackId === null) continue
        const { register: name, subject } = families[subscription.kind.family]
        const args = { eventId: subscription.kind.id, [subject]: subscription.domain ?? null }
        settled(subscription, await ask(link, name, args as never))
      }
    },
  }
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
