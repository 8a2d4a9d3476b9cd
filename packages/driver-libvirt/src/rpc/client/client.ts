import type { Log } from '@novakit/core/vocabulary'
import { procedures, type ProcedureName, type Procedures } from '../procedures/index.ts'
import type { Procedure } from '../procedures/procedure.ts'
import type { EventName } from '../events/index.ts'
import type { DomainRef } from '../wire/objects.ts'
import { callQueue } from './call-queue.ts'
import { invoker, type Invoke } from './invoke.ts'
import { connector } from './open-link.ts'
import { settingsOf, type CallOptions, type LibvirtOptions } from './options.ts'
import type { Streaming } from './own-connection.ts'
import { subscriptions, type Listener, type Unsubscribe } from './subscriptions.ts'
import { supervisor, type ConnectionState } from './supervisor.ts'
import { parseUri } from './uri.ts'

/** What the client does itself, and nobody else should on its connection. */
type Internal = 'connectOpen' | 'connectClose' | `auth${string}` | `connect${string}Event${string}egisterAny`
type Answer<P> = P extends Procedure<any, infer Result> & { readonly stream: infer S }
  ? S extends 'none'
    ? Result
    : Streaming<Result>
  : never
type Method<P> =
  P extends Procedure<infer Args>
    ? {} extends Args
      ? (args?: Args, options?: CallOptions) => Promise<Answer<P>>
      : (args: Args, options?: CallOptions) => Promise<Answer<P>>
    : never

/** Each call of the protocol as a method: named arguments, a promise of the answer. */
export type LibvirtCalls = { readonly [N in Exclude<ProcedureName, Internal>]: Method<Procedures[N]> }

/** A connection to a libvirt daemon that comes back by itself. */
export interface LibvirtConnection {
  /**
   * Listens for events; they come while connected, and again after a reconnect, but those in between are missed.
   * @param filter only events of this domain, chosen by the daemon
   */
  on<N extends EventName>(name: N, listener: Listener<N>, filter?: { domain?: DomainRef }): Promise<Unsubscribe>
  /** Tells of every change of {@link state}. After `connected` is the time to look what was missed. */
  onState(listener: (state: ConnectionState) => void): () => void
  readonly state: ConnectionState
  /** 1,000,000 × major + 1,000 × minor + release of the daemon's libvirt. */
  readonly libVersion: number
  /** Calls under way and waiting fail with `libvirt.closed`. Streams go on until their users end them. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type LibvirtClient = LibvirtCalls & LibvirtConnection

/**
 * A libvirt daemon. Nothing happens before `connect`.
 * @throws `libvirt.bad_uri`
 */
export function libvirt(options: LibvirtOptions): { connect(signal?: AbortSignal): Promise<LibvirtClient> } {
  const target = parseUri(options.uri, options.readonly)
  const settings = settingsOf(options)
  const connect = connector(target, settings)
  return {
    connect: async (signal) => {
      const queue = callQueue(settings.maxInFlight)
      const watchers = new Set<(state: ConnectionState) => void>()
      const changed = (state: ConnectionState) => tell(watchers, state, settings.log)
      const invoke = invoker({ settings, connect, queue, isClosed: () => keeper.state === 'closed' })
      const events = subscriptions(invoke, settings.log)
      const keeper = supervisor({ connect, settings, queue, events, changed })
      await keeper.start(signal)
      const close = async (): Promise<void> => keeper.close()
      const connection: LibvirtConnection = {
        on: (name, listener, filter) => events.add(name, filter?.domain, listener),
        onState: (listener) => {
          watchers.add(listener)
          return () => void watchers.delete(listener)
        },
        get state() {
          return keeper.state
        },
        get libVersion() {
          return keeper.libVersion
        },
        close,
        [Symbol.asyncDispose]: close,
      }
      return Object.assign(connection, methods(invoke))
    },
  }
}

/** What a listener throws is its own affair. */
function tell(watchers: ReadonlySet<(state: ConnectionState) => void>, state: ConnectionState, log: Log): void {
  const present = [...watchers]
  for (const watcher of present) {
    try {
      watcher(state)
    } catch (error) {
      log.error('a listener for the state of a libvirt connection failed', { error: String(error) })
    }
  }
}

function methods(invoke: Invoke): LibvirtCalls {
  return Object.fromEntries(
    Object.keys(procedures).map((name) => [
      name,
      (args: object = {}, options?: CallOptions) => invoke(name, args, options),
    ]),
  ) as unknown as LibvirtCalls
}
