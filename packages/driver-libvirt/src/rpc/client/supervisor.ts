import type { Millis } from '@novakit/core'
import { libvirtErrors } from '../errors.ts'
import type { Link } from '../link/link.ts'
import type { Frame } from '../wire/frame.ts'
import type { CallQueue } from './call-queue.ts'
import type { Connect, OpenLink } from './open-link.ts'
import type { Settings } from './options.ts'

/** `lost`: calls wait for the next connection; events of the time between are missed. */
export type ConnectionState = 'connected' | 'lost' | 'closed'

/** Keeps one connection there. */
export interface Supervisor {
  /** The first time; a failure is the caller's. */
  start(signal?: AbortSignal): Promise<OpenLink>
  close(): void
  readonly state: ConnectionState
}

interface Parts {
  readonly connect: Connect
  readonly settings: Settings
  readonly queue: CallQueue
  readonly events: { take(frame: Frame): void; lost(): void; restore(link: Link): Promise<void> }
  readonly changed: (state: ConnectionState) => void
}

export function supervisor({ connect, settings, queue, events, changed }: Parts): Supervisor {
  const { clock, reconnect, log } = settings
  const ending = new AbortController()
  let state: ConnectionState = 'lost'
  let current: Link | null = null

  const enter = (next: ConnectionState): void => {
    state = next
    changed(next)
  }
  const attempt = async (signal: AbortSignal): Promise<OpenLink> => {
    let ready = false
    const opened = await connect(
      {
        answered: () => void (ready && queue.answered()),
        event: events.take,
        closed: (reason) => void (ready && lost(reason)),
      },
      signal,
    )
    await events.restore(opened.link)
    if (opened.link.closed) throw libvirtErrors.connection_lost({})
    ready = true
    current = opened.link
    if (opened.peer.keepalive && settings.keepalive !== null) opened.link.startKeepalive(settings.keepalive)
    enter('connected')
    queue.use(opened.link)
    return opened
  }
  const lost = (reason: Error): void => {
    current = null
    queue.use(null)
    events.lost()
    if (state === 'closed') return
    log.warn('the connection to libvirt is lost', { reason: reason.message })
    if (reconnect === null) return close(libvirtErrors.connection_lost({}, { cause: reason }))
    enter('lost')
    void again(reconnect)
  }
  const again = async (waits: { readonly first: Millis; readonly longest: Millis }): Promise<void> => {
    for (let wait = waits.first; ; wait = Math.min(wait * 2, waits.longest) as Millis) {
      await clock.sleep(wait, ending.signal)
      if (ending.signal.aborted) return
      try {
        return void (await attempt(ending.signal))
      } catch (error) {
        log.debug('libvirt cannot be reached yet', { error: (error as Error).message })
      }
    }
  }
  const close = (reason: Error): void => {
    if (state === 'closed') return
    enter('closed')
    ending.abort()
    queue.failAll(reason)
    current?.close(reason)
  }
  return {
    start: (signal) => attempt(signal ?? ending.signal),
    close: () => close(libvirtErrors.closed({})),
    get state() {
      return state
    },
  }
}
