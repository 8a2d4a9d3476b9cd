import { transportErrors } from '../domain/message/errors.ts'
import { bytes, type Bytes, type Millis } from '../domain/unit/units.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Address, Transport } from '../ports/transport.ts'
import { systemClock } from '../system/clock.ts'
import { silentLog } from '../system/log.ts'
import {
  answerOf,
  decodeAnswer,
  encodeAnswer,
  encodeWithin,
  opened,
  unreachable,
  type Answer,
  type Handle,
} from './answer.ts'
import { checkEnvelope, decodeEnvelope } from './envelope.ts'
import { fates, type Direction, type Faults } from './faults.ts'
import { rota, type Rota } from './rota.ts'
import { waitingRoom, type Waiting } from './waiting-room.ts'

export interface InProcessOptions {
  readonly name?: string
  readonly clock?: Clock
  readonly log?: Log
  /** Largest message as text, in either direction. 8 MiB by default. */
  readonly maxMessage?: Bytes
  /** Decides over each message; by default all arrive, once, in the order they were sent. */
  readonly faults?: Faults
}

/** A transport whose ends all live in this process. */
export interface InProcess extends Transport {
  /** Another end of the same bus, closed on its own: what one process of a simulated cloud holds. */
  connect(name: string): Transport
}

interface Bus {
  readonly clock: Clock
  readonly log: Log
  readonly maxMessage: Bytes
  readonly faults: Faults
  readonly listeners: Rota<Listener>
}

interface Listener {
  readonly handle: Handle
  /** A closed end's handlers may still be running; their answers go nowhere. */
  readonly end: { closed: boolean }
}

export const DEFAULT_MAX_MESSAGE: Bytes = bytes(8 * 2 ** 20)

/**
 * Messages cross as text, as they would between machines, and arrive in a turn of their own: a handler never runs
 * inside its sender's call. Two instances know nothing of each other.
 */
export function inProcess(options: InProcessOptions = {}): InProcess {
  const bus: Bus = {
    clock: options.clock ?? systemClock,
    log: options.log ?? silentLog,
    maxMessage: options.maxMessage ?? DEFAULT_MAX_MESSAGE,
    faults: options.faults ?? (() => fates.deliver),
    listeners: rota(),
  }
  return { ...connect(bus, options.name ?? 'in-process'), connect: (name) => connect(bus, name) }
}

function connect(bus: Bus, name: string): Transport {
  const room = waitingRoom(bus.clock)
  const end = { closed: false }
  const own = new Set<() => void>()
  return {
    name,
    listen: async (address, handle) => {
      if (end.closed) throw transportErrors.closed({})
      const remove = bus.listeners.add(address, { handle, end })
      own.add(remove)
      return {
        close: async () => {
          own.delete(remove)
          remove()
        },
      }
    },
    request: async (address, envelope) => {
      if (end.closed) throw transportErrors.closed({})
      const text = encodeWithin(checkEnvelope(envelope), bus.maxMessage)
      if (envelope.deadline <= bus.clock.now()) throw transportErrors.timeout({ address })
      const waiting = room.enter(address, envelope, text)
      post(bus, waiting, name, 'request', waiting.text, (arrived) => void deliver(bus, waiting, name, arrived))
      return opened(await waiting.outcome)
    },
    close: async () => {
      end.closed = true
      for (const remove of own) remove()
      own.clear()
      room.close()
    },
  }
}

/** Lets the message's fate decide when, how often and as what it arrives. */
function post(
  bus: Bus,
  waiting: Waiting,
  from: string,
  direction: Direction,
  text: string,
  arrive: (text: string) => void,
): void {
  const fate = bus.faults(waiting.envelope, waiting.address, direction, from)
  for (const span of fate.copies)
    inTurn(bus.clock, span, () => arrive(fate.alter === undefined ? text : fate.alter(text)))
}

/** A promise turn where nothing is to be waited for: it needs no timer, and virtual time need not move. */
function inTurn(clock: Clock, span: Millis, task: () => void): void {
  if (span > 0) clock.after(span, task)
  else queueMicrotask(task)
}

async function deliver(bus: Bus, waiting: Waiting, from: string, text: string): Promise<void> {
  const envelope = readable(bus, waiting.address, () => decodeEnvelope(text))
  if (envelope === null) return
  const listener = bus.listeners.next(waiting.address)
  if (listener === undefined) return waiting.settle(unreachable(waiting.address))
  const answer = await answerOf(listener.handle, envelope)
  if (listener.end.closed) return
  const reply = encodeAnswer(answer, bus.maxMessage, (one) => one)
  post(bus, waiting, from, 'reply', reply, (arrived) => take(bus, waiting, arrived))
}

function take(bus: Bus, waiting: Waiting, text: string): void {
  const answer: Answer | null = readable(bus, waiting.address, () => decodeAnswer(text))
  if (answer !== null) waiting.settle(answer)
}

/** What cannot be read is dropped, as a receiver on another machine would. */
function readable<T>(bus: Bus, address: Address, read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    bus.log.warn('A message could not be read and was dropped.', { address, why: String(error) })
    return null
  }
}
