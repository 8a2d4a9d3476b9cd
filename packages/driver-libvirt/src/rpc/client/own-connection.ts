import { inNextRound } from '@novakit/core/vocabulary'
import type { Duplex } from 'node:stream'
import { libvirtErrors } from '../errors.ts'
import { resultOf, type Job } from '../link/job.ts'
import { wireStream } from '../link/wire-stream.ts'
import type { Link } from '../link/link.ts'
import type { Frame } from '../wire/frame.ts'
import type { Connect } from './open-link.ts'

/** A call that is written, but for who waits for it. */
type Draft = Pick<Job, 'name' | 'procedure' | 'frame'>

/** One call on a connection of its own, closed when it is answered or given up. */
export async function callAlone(connect: Connect, draft: Draft, signal: AbortSignal): Promise<unknown> {
  const { name } = draft
  const { link } = await connect({}, { keepalive: true, signal })
  checkPatience(signal, link, name)
  const close = () => link.close(libvirtErrors.cancelled({ procedure: name }))
  signal.addEventListener('abort', close)
  try {
    return await new Promise((resolve, reject) => {
      link.send({
        ...draft,
        answered: (frame) => settleWith(() => resultOf(draft, frame), resolve, reject),
        failed: reject,
      })
    })
  } finally {
    signal.removeEventListener('abort', close)
    link.close(libvirtErrors.closed({}))
  }
}

/** The answer to a call, and the bytes that flow after it. */
export interface Streaming<Result> {
  readonly result: Result
  readonly stream: Duplex
}

/** A call with a stream, on a connection of its own: a reader that stands still holds up nothing else. */
export async function openStream(connect: Connect, draft: Draft, signal: AbortSignal): Promise<Streaming<unknown>> {
  const { name, procedure } = draft
  let stream: Duplex | null = null
  const closed = (reason: Error) => inNextRound(() => void stream?.destroy(reason))
  const { link } = await connect({ closed }, { keepalive: false, signal })
  checkPatience(signal, link, name)
  return new Promise((resolve, reject) => {
    const close = () => link.close(libvirtErrors.cancelled({ procedure: name }))
    signal.addEventListener('abort', close)
    const failed = (error: unknown) => {
      signal.removeEventListener('abort', close)
      link.close(error as Error)
      reject(error as Error)
    }
    const early: Frame[] = []
    const serial = link.send({
      ...draft,
      // Packets may stand right before the answer and right behind it, so the stream is there before anything else.
      answered: (frame) =>
        settleWith(
          () => {
            const result = resultOf(draft, frame)
            signal.removeEventListener('abort', close)
            stream = wireStream({ link, name, procedure, serial, early })
            return { result, stream }
          },
          resolve,
          failed,
        ),
      failed,
    })
    link.onStream(serial, (frame) => void early.push(frame))
  })
}

/** Given up while the connection was made: nobody waits any more. */
function checkPatience(signal: AbortSignal, link: Link, name: string): void {
  if (!signal.aborted) return
  const reason = libvirtErrors.cancelled({ procedure: name })
  link.close(reason)
  throw reason
}

function settleWith<T>(make: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): void {
  let value: T
  try {
    value = make()
  } catch (error) {
    return reject(error)
  }
  resolve(value)
}
