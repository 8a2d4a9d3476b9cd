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

export type Connect = (handlers: LinkHandlers, signal?: AbortSignal) => Promise<OpenLink>

/** How links to this daemon are opened: socket, greeting, driver. */
export function connector(target: Target, settings: Settings): Connect {
  const { clock, connectTimeout: timeout } = settings
  return (handlers, signal) =>
    patiently('connect', { clock, signal, timeout }, (resolve, reject) => {
      const giveUp = new AbortController()
      open(target, settings, handlers, giveUp.signal).then(resolve, reject)
      return () => giveUp.abort()
    })
}

async function open(
  target: Target,
  settings: Settings,
  handlers: LinkHandlers,
  signal: AbortSignal,
): Promise<OpenLink> {
  const socket = await dial(target.endpoint, settings.tls, signal)
  const link = linkOver(socket, settings.clock, handlers)
  const abort = () => link.close(libvirtErrors.cancelled({ procedure: 'connect' }))
  signal.addEventListener('abort', abort)
  try {
    return { link, peer: await handshake(link, target.name, settings.readonly) }
  } catch (error) {
    link.close(error as Error)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
