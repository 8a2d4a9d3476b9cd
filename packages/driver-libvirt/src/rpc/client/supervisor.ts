import type { Millis } from '@novakit/core/vocabulary'
import { libvirtErrors } from '../errors.ts'
import type { Link } from '../link/link.ts'
import type { Frame } from '../wire/frame.ts'
import type { CallQueue } from './call-queue.ts'
import type { Connect, OpenLink } from './open-link.ts'
import type { Settings } from './options.ts'
import { patiently } from './patience.ts'

/** `lost`: calls wait for the next connection; events of the time between are missed. */
export type ConnectionState = 'connected' | 'lost' | 'closed'

/** Keeps one connection there. */
export interface Supervisor {
  /** The first time; a failure is the caller's. */
  start(signal?: AbortSignal): Promise<void>
  close(): void
  readonly state: ConnectionState
  /** Of the daemon that was connected last. */
  readonly libVersion: number
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
  let current: OpenLink | null = null
  let libVersion = 0

  const enter = (next: ConnectionState): void => {
    state = next
    changed(next)
  }
  const attempt = async (signal: AbortSignal): Promise<void> => {
    let ready = false
    const opened = await connect(
      {
        answered: () => void (ready && queue.answered()),
        event: events.take,
        closed: (reason) => void (ready && lost(reason)),
      },
      { keepalive: true, signal },
    )
    await restored(opened.link, signal)
    ready = true
    current = opened
    libVersion = opened.peer.libVersion
    queue.use(opened.link)
    enter('connected')
  }
  /** As patient as with the rest of connecting. Whatever fails, the link does not stay behind. */
  const restored = async (link: Link, signal: AbortSignal): Promise<void> => {
    const timeout = settings.connectTimeout
    try {
      await patiently('connect', { clock, signal, timeout }, (resolve, reject) => {
        events.restore(link).then(resolve, reject)
        return () => undefined
      })
      if (link.closed) throw libvirtErrors.connection_lost({})
    } catch (error) {
      link.close(error as Error)
      throw error
    }
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
        return await attempt(ending.signal)
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
    current?.link.close(reason)
  }
  return {
    start: (signal) => attempt(signal ?? ending.signal),
    close: () => close(libvirtErrors.closed({})),
    get state() {
      return state
    },
    get libVersion() {
      return libVersion
    },
  }
}
