import { libvirtErrors } from '../errors.ts'
import { dial } from '../link/dial.ts'
import { handshake, type Peer } from '../link/handshake.ts'
import { linkOver, type Link, type LinkHandlers } from '../link/link.ts'
import type { Settings } from './options.ts'
import { patiently } from './patience.ts'
import type { Target } from './uri.ts'

/** A link on which calls can be made at once. */
export interface OpenLink {
  readonly link: Link
  readonly peer: Peer
}

export interface LinkWishes {
  /**
   * False for a link whose reader may stand still: it could not answer the daemon's questions for signs of life, and the
   * daemon would close it.
   */
  readonly keepalive: boolean
  readonly signal?: AbortSignal
}

export type Connect = (handlers: LinkHandlers, wishes: LinkWishes) => Promise<OpenLink>

/** How links to this daemon are opened: socket, greeting, driver, signs of life. */
export function connector(target: Target, settings: Settings): Connect {
  const { clock, connectTimeout: timeout } = settings
  return (handlers, { signal, keepalive }) =>
    patiently('connect', { clock, signal, timeout }, (resolve, reject) => {
      const giveUp = new AbortController()
      open(target, settings, handlers, keepalive, giveUp.signal).then(resolve, reject)
      return () => giveUp.abort()
    })
}

async function open(
  target: Target,
  settings: Settings,
  handlers: LinkHandlers,
  keepalive: boolean,
  signal: AbortSignal,
): Promise<OpenLink> {
  const socket = await dial(target.endpoint, settings.tls, signal)
  const link = linkOver(socket, settings.clock, handlers)
  const abort = () => link.close(libvirtErrors.cancelled({ procedure: 'connect' }))
  signal.addEventListener('abort', abort)
  try {
    const { name } = target
    const wanted = keepalive && settings.keepalive !== null
    const peer = await handshake(link, { name, readonly: settings.readonly, keepalive: wanted })
    if (peer.keepalive && settings.keepalive !== null) link.startKeepalive(settings.keepalive)
    return { link, peer }
  } catch (error) {
    link.close(error as Error)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
