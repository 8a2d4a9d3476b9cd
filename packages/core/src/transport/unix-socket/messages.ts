import { z } from 'zod'
import type { Address, Envelope } from '../../ports/transport.ts'
import { decode } from '../../rpc/codec.ts'
import { answerSchema, parsed, type Answer } from '../answer.ts'
import { addressSchema, envelopeSchema } from '../envelope.ts'
import type { Waiting } from '../waiting-room.ts'

/** Grows when an older end could not follow any more. */
export const PROTOCOL = 1

/** First on every connection, from either side. */
export interface Hello {
  readonly type: 'hello'
  readonly protocol: number
  readonly name: string
  /** The largest envelope or answer that this end reads. */
  readonly maxMessage: number
}

/** A leaf tells where it listens; the hub answers `done`. */
export interface Announcement {
  readonly type: 'listen' | 'unlisten'
  readonly seq: number
  readonly address: Address
}

export interface Done {
  readonly type: 'done'
  readonly seq: number
}

export interface Request {
  readonly type: 'request'
  readonly seq: number
  readonly address: Address
  readonly envelope: Envelope
  /** It was sent before, on a connection that was lost; a listener may have taken it. */
  readonly again: boolean
}

export interface Reply {
  readonly type: 'reply'
  readonly seq: number
  readonly answer: Answer
}

export type Message = Hello | Announcement | Done | Request | Reply

const seq = z.int().min(0)

const messageSchema: z.ZodType<Message> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), protocol: z.int(), name: z.string().max(512), maxMessage: z.int().min(1) }),
  z.object({ type: z.enum(['listen', 'unlisten']), seq, address: addressSchema }),
  z.object({ type: z.literal('done'), seq }),
  z.object({ type: z.literal('request'), seq, address: addressSchema, envelope: envelopeSchema, again: z.boolean() }),
  z.object({ type: z.literal('reply'), seq, answer: answerSchema }),
])

/** @throws `transport.malformed` */
export function decodeMessage(text: string): Message {
  return parsed(messageSchema, decode(text), 'a message')
}

/** A request around an envelope that is text already. */
export function requestText(waiting: Waiting, again: boolean): string {
  const { seq: number, address, text } = waiting
  return `{"type":"request","seq":${number},"address":${JSON.stringify(address)},"again":${again},"envelope":${text}}`
}
