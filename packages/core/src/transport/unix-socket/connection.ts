import type { Socket } from 'node:net'
import type { Millis } from '../../domain/unit/units.ts'
import type { Clock } from '../../ports/clock.ts'
import { framed, frameReader } from './frame.ts'

export interface ConnectionOptions {
  readonly clock: Clock
  /** Largest frame read. */
  readonly maxFrame: number
  /** How long the first frame may take to come, and any frame from its first byte to its last. */
  readonly patience: Millis
  onText(text: string): void
  /** Once, whatever the reason. */
  onGone(why: string): void
}

/** Messages over one socket. What cannot be read ends this connection and no other. */
export interface Connection {
  send(text: string): void
  /** Bytes that the other side has not taken yet. */
  readonly queued: number
  /** Whether the process must live on for this connection. It need not, at first. */
  hold(awake: boolean): void
  /** Sends what is queued, as long as patience lasts, and ends. */
  close(why: string): void
}

export function connection(socket: Socket, options: ConnectionOptions): Connection {
  const reader = frameReader(options.maxFrame)
  let why: string | null = null
  const end = (reason: string, now: boolean): void => {
    why ??= reason
    if (now) socket.destroy()
    else socket.destroySoon()
  }
  const watch = watchdog(options.clock, options.patience, () => end('a message was begun and not finished', true))
  watch(true)
  socket.unref()
  socket.on('data', (chunk) => {
    if (why !== null) return
    try {
      for (const text of reader.push(chunk)) {
        watch(false)
        options.onText(text)
      }
      watch(reader.partial)
    } catch (error) {
      end(String(error), true)
    }
  })
  socket.on('error', (error) => void (why ??= error.message))
  socket.on('close', () => {
    watch(false)
    options.onGone(why ?? 'the other side closed it')
  })
  return {
    send: (text) => void (socket.writable && socket.write(framed(text))),
    get queued() {
      return socket.writableLength
    },
    hold: (awake) => void (awake ? socket.ref() : socket.unref()),
    close: (reason) => {
      if (why !== null) return
      end(reason, false)
      watch(true)
    },
  }
}

/** Switched on, it calls once after the span; switching on what is on changes nothing. */
function watchdog(clock: Clock, span: Millis, bark: () => void): (on: boolean) => void {
  let cancel: (() => void) | null = null
  return (on) => {
    if (on) cancel ??= clock.after(span, bark)
    else {
      cancel?.()
      cancel = null
    }
  }
}
