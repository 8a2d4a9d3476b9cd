import type { Socket } from 'node:net'
import type { Clock } from '@novakit/core/vocabulary'
import { libvirtErrors } from '../errors.ts'
import { messageType, program, type Frame } from '../wire/frame.ts'
import { frameSplitter } from '../wire/frame-splitter.ts'
import type { Job } from './job.ts'
import { isPing, keepalive, pingFrame, pongFrame, type Keepalive, type KeepaliveOptions } from './keepalive.ts'

/** One socket and what is under way on it. It ends once, for one reason, and never comes back. */
export interface Link {
  /** Writes a call. Its answer, or the end of the link, goes to the job. @returns the serial it got */
  send(job: Job): number
  /** Everything that comes for this serial after its answer. */
  onStream(serial: number, accept: (frame: Frame) => void): void
  /** Writes a message as it is; `done` when the socket took it. */
  write(frame: Buffer, done?: (error?: Error | null) => void): void
  startKeepalive(options: KeepaliveOptions): void
  pause(): void
  resume(): void
  /** Ends it; calls under way fail with the reason. */
  close(reason: Error): void
  readonly closed: boolean
}

export interface LinkHandlers {
  /** An answer came, so there is room for another call. */
  readonly answered?: () => void
  readonly event?: (frame: Frame) => void
  readonly closed?: (reason: Error) => void
}

export function linkOver(socket: Socket, clock: Clock, handlers: LinkHandlers): Link {
  const splitter = frameSplitter()
  const calls = new Map<number, Job>()
  const streams = new Map<number, (frame: Frame) => void>()
  let serial = 0
  let ended = false
  let alive: Keepalive | null = null

  const close = (reason: Error): void => {
    if (ended) return
    ended = true
    alive?.stop()
    socket.destroy()
    const jobs = [...calls.values()]
    calls.clear()
    for (const job of jobs) job.failed(reason)
    handlers.closed?.(reason)
  }
  const write: Link['write'] = (frame, done) => {
    if (ended) return done?.(lost())
    socket.write(frame, done === undefined ? undefined : (error) => done(error ? lost(error) : null))
  }
  const reply = (frame: Frame): void => {
    const job = calls.get(frame.serial)
    if (job?.procedure.program !== frame.program || job.procedure.number !== frame.procedure)
      return close(libvirtErrors.malformed({ what: `an answer to nothing that was asked (serial ${frame.serial})` }))
    calls.delete(frame.serial)
    job.answered(frame)
    handlers.answered?.()
  }
  const take = (frame: Frame): void => {
    if (frame.program === program.keepalive) return isPing(frame.procedure) ? write(pongFrame()) : undefined
    switch (frame.type) {
      case messageType.reply:
        return reply(frame)
      case messageType.event:
        return handlers.event?.(frame)
      case messageType.stream:
      case messageType.streamHole:
        return streams.get(frame.serial)?.(frame)
      default:
        return close(libvirtErrors.malformed({ what: `a message of type ${frame.type}` }))
    }
  }
  socket.on('data', (chunk: Buffer) => {
    alive?.heard()
    try {
      for (const frame of splitter.push(chunk)) if (!ended) take(frame)
    } catch (error) {
      close(error instanceof Error ? error : lost(error))
    }
  })
  socket.on('error', (cause) => close(lost(cause)))
  socket.on('close', () => close(lost()))
  socket.resume()
  return {
    send: (job) => {
      serial = (serial + 1) >>> 0 || 1
      job.frame.writeUInt32BE(serial, 20)
      if (ended) job.failed(lost())
      else calls.set(serial, job)
      write(job.frame)
      return serial
    },
    onStream: (of, accept) => void streams.set(of, accept),
    write,
    startKeepalive: (options) => {
      alive ??= keepalive(
        clock,
        options,
        () => write(pingFrame()),
        () => close(lost(silence())),
      )
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close,
    get closed() {
      return ended
    },
  }
}

const silence = () => new Error('the daemon gave no sign of life')
const lost = (cause?: unknown) => libvirtErrors.connection_lost({}, { cause })
