import { Duplex } from 'node:stream'
import { inNextRound } from '@novakit/core/vocabulary'
import { libvirtErrors } from '../errors.ts'
import type { Procedure } from '../procedures/procedure.ts'
import { encodeFrame, messageType, status, type Frame } from '../wire/frame.ts'
import { grow } from '../xdr/cursor.ts'
import { errorIn } from './job.ts'
import type { Link } from './link.ts'

/** The most that libvirt puts in one packet, and takes from clients of any age. */
const LARGEST_PACKET = 262_120

/** A stream that libvirt opened for a call; its link is its own and ends with it. */
export interface OpenedStream {
  readonly link: Link
  readonly name: string
  readonly procedure: Procedure
  readonly serial: number
  /** What came before the answer: the daemon's stream and its answers go their own ways to the socket. */
  readonly early: readonly Frame[]
}

/**
 * The bytes after a call, as a Node stream. A slow reader holds up the daemon, not our memory. `end` says that all is
 * written and waits for the daemon's word; `destroy` aborts on both sides.
 */
export function wireStream({ link, name, procedure, serial, early }: OpenedStream): Duplex {
  const header = { program: procedure.program, procedure: procedure.number, type: messageType.stream, serial }
  const packet = (code: number, data: Uint8Array = Buffer.alloc(0)): Buffer =>
    encodeFrame(
      { ...header, status: code },
      (writer) => {
        const at = grow(writer, data.length)
        writer.buffer.set(data, at)
      },
      data.length,
    )
  const finish = Promise.withResolvers<void>()
  finish.promise.catch(() => undefined)
  let finishing = false
  const sayFinished = (): Promise<void> => {
    if (!finishing) link.write(packet(status.ok))
    finishing = true
    return finish.promise
  }
  // What comes with the answer waits until the caller has the stream, and can listen for its errors.
  let held: Frame[] | null = [...early]
  inNextRound(() => {
    const waiting = held ?? []
    held = null
    try {
      waiting.forEach(accept)
    } catch (error) {
      fail(error as Error)
    }
  })
  const accept = (frame: Frame): void => {
    if (held !== null) return void held.push(frame)
    if (stream.destroyed) return
    if (frame.type === messageType.streamHole) return fail(libvirtErrors.stream_broken({ what: 'it has a hole' }))
    if (frame.status === status.error) return fail(frame.body.length === 0 ? aborted() : errorIn(frame, name))
    if (frame.status === status.ok) return finish.resolve()
    if (frame.body.length > 0) return stream.push(frame.body) ? undefined : link.pause()
    void sayFinished().then(() => stream.push(null), fail)
  }
  const fail = (error: Error): void => {
    finish.reject(error)
    stream.destroy(error)
  }
  // Node knows these two; its types do not.
  const sides = { readable: procedure.stream !== 'write', writable: procedure.stream !== 'read' }
  const stream = new Duplex({
    ...sides,
    allowHalfOpen: procedure.stream !== 'both',
    read: () => link.resume(),
    write: (chunk: Buffer, _encoding, done) => writePackets(link, packet, chunk, done),
    final: (done) => void sayFinished().then(() => done(), done),
    destroy: (error, done) => {
      // Closing the link tells the daemon as much; the packet lets it abort before it notices.
      if (!finishing) link.write(packet(status.error))
      finish.reject(error ?? aborted())
      link.close(error ?? aborted())
      done(error)
    },
  })
  link.onStream(serial, accept)
  return stream
}

function writePackets(
  link: Link,
  packet: (code: number, data: Uint8Array) => Buffer,
  chunk: Buffer,
  done: (error?: Error | null) => void,
): void {
  for (let at = 0; at < chunk.length; at += LARGEST_PACKET) {
    const last = at + LARGEST_PACKET >= chunk.length
    link.write(packet(status.more, chunk.subarray(at, at + LARGEST_PACKET)), last ? done : undefined)
  }
  if (chunk.length === 0) done()
}

const aborted = () => libvirtErrors.stream_broken({ what: 'it was aborted' })
