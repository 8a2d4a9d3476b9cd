import type { Duplex } from 'node:stream'
import { libvirtErrors } from '../errors.ts'
import { jobOf, resultOf } from '../link/job.ts'
import { wireStream } from '../link/wire-stream.ts'
import type { Procedure } from '../procedures/procedure.ts'
import type { Connect } from './open-link.ts'

/** One call on a connection of its own, closed when it is answered or given up. */
export async function callAlone(
  connect: Connect,
  name: string,
  procedure: Procedure,
  args: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const draft = jobOf(name, procedure, args)
  const { link } = await connect({}, signal)
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
export async function openStream(
  connect: Connect,
  name: string,
  procedure: Procedure,
  args: unknown,
  signal: AbortSignal,
): Promise<Streaming<unknown>> {
  const draft = jobOf(name, procedure, args)
  let stream: Duplex | null = null
  const { link } = await connect({ closed: (reason) => void stream?.destroy(reason) }, signal)
  return new Promise((resolve, reject) => {
    const close = () => link.close(libvirtErrors.cancelled({ procedure: name }))
    signal.addEventListener('abort', close)
    const failed = (error: unknown) => {
      signal.removeEventListener('abort', close)
      link.close(error as Error)
      reject(error as Error)
    }
    const serial = link.send({
      ...draft,
      // The first packet may stand right behind the answer, so the stream is there before anything else happens.
      answered: (frame) =>
        settleWith(
          () => {
            const result = resultOf(draft, frame)
            signal.removeEventListener('abort', close)
            stream = wireStream({ link, name, procedure, serial })
            return { result, stream }
          },
          resolve,
          failed,
        ),
      failed,
    })
  })
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
