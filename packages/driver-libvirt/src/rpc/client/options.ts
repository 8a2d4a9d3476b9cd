import { millis, seconds, silentLog, systemClock, type Clock, type Log, type Millis } from '@novakit/core/vocabulary'
import type { TlsKeys } from '../link/dial.ts'
import type { KeepaliveOptions } from '../link/keepalive.ts'

/** How to reach a daemon, and how patient to be with it. */
export interface LibvirtOptions {
  /** `qemu:///system`, `test:///default`, `qemu+unix:///system?socket=…`, `qemu+tcp://host/system`, `qemu+tls://…`. */
  readonly uri: string
  /** Only calls that change nothing; for a unix URI without `socket`, over the read-only socket. Default false. */
  readonly readonly?: boolean
  /** For TLS; by default the files that the URI's `pkipath` names, or libvirt's own. */
  readonly tls?: TlsKeys
  /** How long a call may take unless it says otherwise. Default two minutes; null: for ever. */
  readonly timeout?: Millis | null
  /** How long opening a connection may take. Default 30 seconds. */
  readonly connectTimeout?: Millis
  /** Calls under way at one time. Default 5, as libvirt's `max_client_requests`: above it the daemon stops reading. */
  readonly maxInFlight?: number
  /** Default every 5 seconds, given up after 5 without an answer; null: never asked. */
  readonly keepalive?: KeepaliveOptions | null
  /** Waits between attempts to connect again, doubled from `first` to `longest`. Null: a lost connection stays lost. */
  readonly reconnect?: { readonly first: Millis; readonly longest: Millis } | null
  readonly clock?: Clock
  readonly log?: Log
}

/** What one call may want. */
export interface CallOptions {
  /** Gives the call up. The daemon may carry it out all the same. A stream that is open goes on: `destroy` it. */
  readonly signal?: AbortSignal
  /** Instead of the client's own; null: for ever. */
  readonly timeout?: Millis | null
  /**
   * `own` opens a connection for this call alone, so that one that takes minutes (a migration) takes no place from
   * the others; giving it up closes that connection. Default `shared`.
   */
  readonly connection?: 'shared' | 'own'
}

export type Settings = Required<Omit<LibvirtOptions, 'tls'>> & { readonly tls: TlsKeys | null }

export function settingsOf(options: LibvirtOptions): Settings {
  return {
    uri: options.uri,
    readonly: options.readonly ?? false,
    tls: options.tls ?? null,
    timeout: options.timeout === undefined ? seconds(120) : options.timeout,
    connectTimeout: options.connectTimeout ?? seconds(30),
    maxInFlight: options.maxInFlight ?? 5,
    keepalive: options.keepalive === undefined ? { interval: seconds(5), count: 5 } : options.keepalive,
    reconnect: options.reconnect === undefined ? { first: millis(100), longest: seconds(10) } : options.reconnect,
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
  }
}
