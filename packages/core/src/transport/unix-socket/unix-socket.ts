import { hasCode, problemOf } from '../../domain/error.ts'
import { transportErrors } from '../../domain/message/errors.ts'
import { bytes, millis, seconds, type Bytes, type Millis } from '../../domain/unit/units.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Random } from '../../ports/random.ts'
import type { Transport } from '../../ports/transport.ts'
import { systemClock } from '../../system/clock.ts'
import { silentLog } from '../../system/log.ts'
import { freshRandom } from '../../system/random.ts'
import { busy, encodeWithin, opened, type Handle } from '../answer.ts'
import { checkAddress, checkEnvelope } from '../envelope.ts'
import { unixSocketErrors } from '../errors.ts'
import { DEFAULT_MAX_MESSAGE } from '../in-process.ts'
import { rota } from '../rota.ts'
import { waitingRoom } from '../waiting-room.ts'
import type { End, Role } from './end.ts'
import { hub } from './hub.ts'
import { leaf } from './leaf.ts'
import { checkFolder } from './socket-file.ts'

export interface UnixSocketOptions {
  /** The socket: 0600, in a folder of mode 0700 that the hub makes when it is missing. At most 107 bytes long. */
  readonly path: string
  /**
   * The hub listens at the path and passes messages on; leaves connect to it. `auto`: a leaf where there is a hub, else
   * the hub, also when the hub goes away later.
   */
  readonly role: 'hub' | 'leaf' | 'auto'
  readonly name?: string
  readonly clock?: Clock
  readonly random?: Random
  readonly log?: Log
  /** Largest message as text, in either direction. 8 MiB by default. */
  readonly maxMessage?: Bytes
  /** While this much waits to be read by the other side, requests are refused. 32 MiB by default. */
  readonly maxQueue?: Bytes
  /** Requests that may be under way at once; more are refused. 10,000 by default. */
  readonly maxWaiting?: number
  /** How long a message may take from its first byte to its last. 10 s by default. */
  readonly patience?: Millis
  /** What a leaf's request does while there is no hub: wait until its deadline (default), or fail at once. */
  readonly whenAway?: 'wait' | 'refuse'
  /** First and longest wait between attempts to reach the hub. 50 ms and 2 s by default. */
  readonly reconnect?: { readonly first: Millis; readonly most: Millis }
}

export interface UnixSocket extends Transport {
  /**
   * Listens or connects now, not at the first use. A leaf without a hub is open too: it goes on trying.
   * @throws `unix_socket.in_use`, `unix_socket.unusable`; a later call tries again
   */
  open(): Promise<void>
}

/**
 * Messages between processes of one machine and one user. Every process may listen and may ask; the hub knows who
 * listens where.
 *
 * At least once: when a connection is lost, what was not answered on it is sent again on the next one, until its
 * deadline. `transport.unreachable` and `transport.busy` are only said of a request that nobody can have taken: nobody
 * listened, or too much was under way. A leaf keeps its process alive while somebody waits for it, and the hub never does.
 */
export function unixSocket(options: UnixSocketOptions): UnixSocket {
  let role: Role | null = null
  let opening: Promise<void> | null = null
  let closing: Promise<void> | null = null
  const end = endOf(options, () => role?.occupied())

  const takeOver = async (): Promise<boolean> => {
    if (options.role !== 'auto' || closing !== null) return false
    try {
      role = await hub(end)
      return true
    } catch (error) {
      if (!hasCode(error, unixSocketErrors.in_use.code)) end.log.warn('Cannot become the hub.', { why: String(error) })
      return false
    }
  }
  const start = async (): Promise<void> => {
    if (options.role === 'hub') role = await hub(end)
    else {
      await checkFolder(end.path)
      if (closing !== null) throw transportErrors.closed({})
      const { whenAway = 'wait', reconnect = { first: millis(50), most: seconds(2) } } = options
      const started = leaf(end, { whenAway, reconnect, takeOver })
      role = started
      await started.attempted
    }
  }
  const open = (): Promise<void> => {
    if (closing !== null) return Promise.reject(transportErrors.closed({}))
    opening ??= start().catch((error: unknown) => {
      opening = null
      throw error
    })
    return opening
  }
  const shut = async (): Promise<void> => {
    end.room.close()
    const before = role
    await before?.close()
    await opening?.catch(() => undefined)
    // It may have opened, or a leaf may have become the hub, while it was being closed.
    if (role !== before) await role?.close()
  }

  return {
    name: end.name,
    open,
    listen: async (address, handle) => {
      checkAddress(address)
      const remove = end.local.add(address, handle)
      await open().catch((error: unknown) => {
        remove()
        throw error
      })
      await role?.announce(address)
      return {
        close: async () => {
          remove()
          if (!end.local.addresses().includes(address)) await role?.withdraw(address)
        },
      }
    },
    request: async (address, envelope) => {
      if (closing !== null) throw transportErrors.closed({})
      checkAddress(address)
      const text = encodeWithin(checkEnvelope(envelope), end.maxMessage)
      if (envelope.deadline <= end.clock.now()) throw transportErrors.timeout({ address })
      if (end.room.size >= end.maxWaiting) return opened(busy(address))
      const waiting = end.room.enter(address, envelope, text)
      open().then(
        () => role?.dispatch(waiting),
        (error: unknown) => waiting.settle({ problem: problemOf(error) }),
      )
      return opened(await waiting.outcome)
    },
    close: () => (closing ??= shut()),
  }
}

function endOf(options: UnixSocketOptions, occupied: () => void): End {
  const clock = options.clock ?? systemClock
  const maxMessage = options.maxMessage ?? DEFAULT_MAX_MESSAGE
  return {
    name: options.name ?? 'unix-socket',
    path: options.path,
    clock,
    random: options.random ?? freshRandom(),
    log: options.log ?? silentLog,
    maxMessage,
    maxQueue: options.maxQueue ?? bytes(4 * maxMessage),
    maxWaiting: options.maxWaiting ?? 10_000,
    patience: options.patience ?? seconds(10),
    local: rota<Handle>(),
    room: waitingRoom(clock, occupied),
    carriers: new WeakMap(),
  }
}
