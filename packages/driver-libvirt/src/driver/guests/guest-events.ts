import type { GuestEvent, ServerId } from '@novakit/core'
import { libvirtCodeOf } from '../../rpc/index.ts'
import type { Station } from '../station.ts'
import { isOurs } from './list-guests.ts'
import { eventKindOf, isActive } from './power-state.ts'

type Listener = (event: GuestEvent) => void

/** Tells listeners what libvirt says of our guests. */
export interface GuestEvents {
  add(listener: Listener): () => void
  stop(): Promise<void>
}

export async function guestEvents(station: Station): Promise<GuestEvents> {
  const { client, environment } = station
  const { clock, log } = environment
  const listeners = new Set<Listener>()
  const tell = (server: ServerId, kind: GuestEvent['kind']): void => {
    const event: GuestEvent = { server, kind, at: clock.now() }
    const present = [...listeners]
    for (const listener of present) {
      try {
        listener(event)
      } catch (error) {
        log.error('a listener for guest events failed', { error: String(error) })
      }
    }
  }
  const stop = await client.on('domainLifecycle', ({ dom, event, detail }) => {
    const kind = isOurs(dom) ? eventKindOf(event, detail) : null
    if (kind === null) return
    const server = dom.uuid as ServerId
    if (kind !== 'stopped') return tell(server, kind)
    hasStopped(station, server).then(
      (stopped) => (stopped ? tell(server, kind) : undefined),
      (error: unknown) => log.warn('it is not known whether a guest stopped', { server, error: String(error) }),
    )
  })
  return {
    add: (listener) => {
      // A wrapper of its own: the same function may listen twice.
      const mine: Listener = (event) => listener(event)
      listeners.add(mine)
      return () => void listeners.delete(mine)
    },
    stop: async () => {
      listeners.clear()
      await stop().catch((error: unknown) => log.debug('events were not called off', { error: String(error) }))
    },
  }
}

/** A guest that is being started again, or runs again by now, has not stopped in any way that matters. */
async function hasStopped({ client, restarting }: Station, server: ServerId): Promise<boolean> {
  if (restarting.has(server)) return false
  try {
    return !isActive((await client.domainGetState({ dom: { uuid: server } })).state)
  } catch (error) {
    if (libvirtCodeOf(error) === 'no_domain') return true
    throw error
  }
}
