import type { Clock, Millis } from '@novakit/core/vocabulary'
import { encodeFrame, messageType, program, status } from '../wire/frame.ts'

export interface KeepaliveOptions {
  /** Silence after which the daemon is asked for a sign of life. */
  readonly interval: Millis
  /** So many questions in a row without any message in between, and the connection is given up. */
  readonly count: number
}

/** Notices a daemon that has stopped without closing its end. Every message of the daemon is a sign of life. */
export interface Keepalive {
  heard(): void
  stop(): void
}

export function keepalive(clock: Clock, options: KeepaliveOptions, ping: () => void, dead: () => void): Keepalive {
  let unanswered = 0
  let heardOf = false
  const beat = (): void => {
    if (heardOf) unanswered = 0
    else if (unanswered >= options.count) return dead()
    else {
      unanswered++
      ping()
    }
    heardOf = false
    cancel = clock.after(options.interval, beat)
  }
  let cancel = clock.after(options.interval, beat)
  return { heard: () => void (heardOf = true), stop: () => cancel() }
}

const procedures = { ping: 1, pong: 2 } as const

function message(procedure: number): Buffer {
  return encodeFrame({ program: program.keepalive, procedure, type: messageType.event, serial: 0, status: status.ok })
}

export const pingFrame = (): Buffer => message(procedures.ping)
export const pongFrame = (): Buffer => message(procedures.pong)
export const isPing = (procedure: number): boolean => procedure === procedures.ping
