import { createConnection } from 'node:net'
import { millis, type Millis } from '../../domain/unit/units.ts'
import type { Random } from '../../ports/random.ts'
import { unreachable } from '../answer.ts'
import type { Waiting } from '../waiting-room.ts'
import { answerHere } from './answer-here.ts'
import { markLost, type End, type Role } from './end.ts'
import type { Hello, Message } from './messages.ts'
import { peer, type Peer } from './peer.ts'

export interface LeafOptions {
  /** What a request does while there is no hub: wait for one until its deadline, or fail at once. */
  readonly whenAway: 'wait' | 'refuse'
  readonly reconnect: { readonly first: Millis; readonly most: Millis }
  /** Called when there is no hub. True: this process is the hub now, and the leaf is over. */
  takeOver(): Promise<boolean>
}

export interface Leaf extends Role {
  /** Resolves after the first attempt to reach the hub, whether or not there was one. */
  readonly attempted: Promise<void>
}

/**
 * Stays connected to the hub. After a new connection it announces its listeners again, and sends again what had not
 * been answered.
 */
export function leaf(end: End, options: LeafOptions): Leaf {
  const stop = new AbortController()
  const attempt = Promise.withResolvers<void>()
  const { carriers } = end
  const announcements = new Map<number, () => void>()
  let attempted = false
  let upstream: Peer | null = null
  let line: Peer | null = null
  let last = 0

  /** The process lives on for whoever waits for something here, and for nothing else. */
  const holdIfAwaited = (): void => line?.hold(!attempted || announcements.size > 0 || end.room.size > 0)
  const settleAttempt = (): void => {
    attempted = true
    attempt.resolve()
    holdIfAwaited()
  }

  const dispatch = (waiting: Waiting): void => {
    const carrier = carriers.get(waiting)
    if (upstream === null) {
      if (options.whenAway === 'refuse' && carrier === undefined) waiting.settle(unreachable(waiting.address))
    } else if (carrier === undefined || carrier === 'lost') {
      carriers.set(waiting, upstream)
      upstream.request(waiting, carrier !== undefined)
    }
  }
  const announce = (type: 'listen' | 'unlisten', address: string): Promise<void> => {
    if (upstream === null) return Promise.resolve()
    const seq = ++last
    const { promise, resolve } = Promise.withResolvers<void>()
    announcements.set(seq, resolve)
    upstream.tell({ type, seq, address })
    holdIfAwaited()
    return promise
  }
  const announced = (seq: number): void => {
    announcements.get(seq)?.()
    announcements.delete(seq)
    holdIfAwaited()
  }
  const receive = async (from: Peer, message: Exclude<Message, Hello>): Promise<void> => {
    if (message.type === 'request')
      return from.reply(message.seq, await answerHere(end, message.address, message.envelope))
    if (message.type === 'done') return announced(message.seq)
    if (message.type !== 'reply') return from.close('only a leaf announces')
    const waiting = end.room.get(message.seq)
    if (waiting !== undefined && carriers.get(waiting) === from) waiting.settle(message.answer)
  }

  /** One connection, from the attempt to its end. True if there was a hub. */
  const session = (): Promise<boolean> =>
    new Promise((resolve) => {
      line = peer(createConnection(end.path), end, {
        ready: (hub) => {
          upstream = hub
          end.log.info('Connected to the hub.', { hub: hub.name })
          for (const address of end.local.addresses()) void announce('listen', address)
          for (const waiting of end.room.all()) dispatch(waiting)
          settleAttempt()
        },
        message: (from, message) => {
          receive(from, message).catch((error: unknown) => from.close(String(error)))
        },
        gone: (hub, why) => {
          const connected = upstream !== null
          end.log[connected ? 'warn' : 'debug']('No connection to the hub.', { why })
          upstream = null
          markLost(end, hub)
          for (const seq of announcements.keys()) announced(seq)
          resolve(connected)
        },
      })
      holdIfAwaited()
    })

  const run = async (): Promise<void> => {
    for (let tries = 0; !stop.signal.aborted; tries++) {
      if (await session()) tries = 0
      if (stop.signal.aborted || (await options.takeOver())) break
      settleAttempt()
      await end.clock.sleep(backoff(end.random, options.reconnect, tries), stop.signal)
    }
    settleAttempt()
  }
  const running = run()

  return {
    attempted: attempt.promise,
    dispatch,
    announce: (address) => announce('listen', address),
    withdraw: (address) => announce('unlisten', address),
    occupied: holdIfAwaited,
    close: async () => {
      stop.abort()
      line?.close('the leaf closes')
      await running
    },
  }
}

/** Doubles from the first wait to the longest; the upper half of each is left to chance, so that leaves spread. */
function backoff(random: Random, { first, most }: LeafOptions['reconnect'], tries: number): Millis {
  const longest = Math.min(most, first * 2 ** Math.min(tries, 30))
  return millis(Math.round(longest * (0.5 + random.next() / 2)))
}
