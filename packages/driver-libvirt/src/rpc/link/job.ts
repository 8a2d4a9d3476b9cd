import { libvirtErrors } from '../errors.ts'
import type { Procedure } from '../procedures/procedure.ts'
import { encodeFrame, messageType, status, type Frame } from '../wire/frame.ts'
import { remoteError } from '../wire/remote-error.ts'
import { thrownFor } from '../wire/thrown.ts'
import { readerOf, remaining } from '../xdr/cursor.ts'
import type { Codec } from '../xdr/codec.ts'

/** A call on its way: written already, but for the serial that a link gives it. */
export interface Job {
  readonly name: string
  readonly procedure: Procedure
  readonly frame: Buffer
  /** Means something on the present link alone: it never waits for another. */
  readonly bound?: boolean
  readonly answered: (reply: Frame) => void
  readonly failed: (error: Error) => void
}

/** @throws `libvirt.invalid_argument` */
export function jobOf(name: string, procedure: Procedure, args: unknown): Pick<Job, 'name' | 'procedure' | 'frame'> {
  const header = { program: procedure.program, procedure: procedure.number, type: messageType.call, status: status.ok }
  const frame = encodeFrame({ ...header, serial: 0 }, (writer) => procedure.args.write(writer, args))
  return { name, procedure, frame }
}

/** The value in a reply. @throws what libvirt answered instead, or `libvirt.malformed` */
export function resultOf({ name, procedure }: Pick<Job, 'name' | 'procedure'>, reply: Frame): unknown {
  if (reply.status === status.ok) return decodeAll(procedure.result, reply.body)
  throw errorIn(reply, name)
}

/** The error in a message of status `error`. */
export function errorIn(frame: Frame, name: string): Error {
  if (frame.status !== status.error) return libvirtErrors.malformed({ what: `a reply of status ${frame.status}` })
  return thrownFor(decodeAll(remoteError, frame.body), name)
}

/** @throws `libvirt.malformed`, also where something is left over: then the layout is not what we believe */
export function decodeAll<T>(codec: Codec<T, any>, body: Buffer): T {
  const reader = readerOf(body)
  const value = codec.read(reader)
  if (remaining(reader) !== 0) throw libvirtErrors.malformed({ what: `${remaining(reader)} bytes too many` })
  return value
}
