import type { Socket } from 'node:net'
import { problemOf } from '../../domain/error.ts'
import { transportErrors } from '../../domain/message/errors.ts'
import { encode } from '../../rpc/codec.ts'
import { busy, encodeAnswer, type Answer } from '../answer.ts'
import type { Waiting } from '../waiting-room.ts'
import { connection } from './connection.ts'
import type { End } from './end.ts'
import {
  decodeMessage,
  PROTOCOL,
  requestText,
  type Announcement,
  type Done,
  type Hello,
  type Message,
} from './messages.ts'

/** Around an envelope or an answer: type, number, address. */
const FRAME_ROOM = 4096
/** Replies may queue beyond the bound for requests, up to here; then the connection is given up. */
const REPLY_ROOM = 4

/** The process at the other end of a connection. */
export interface Peer {
  /** Null until it has said hello. */
  readonly name: string | null
  /** Hands it a request. Where that cannot be, the request is settled with the reason. */
  request(waiting: Waiting, again: boolean): void
  reply(seq: number, answer: Answer): void
  tell(message: Announcement | Done): void
  hold(awake: boolean): void
  close(why: string): void
}

export interface PeerEvents {
  /** It said hello: from now on it can be spoken to. */
  ready(peer: Peer): void
  message(peer: Peer, message: Exclude<Message, Hello>): void
  /** Once, also for one that never said hello. */
  gone(peer: Peer, why: string): void
}

/** Greets, and hands on what comes. A peer that breaks the protocol is hung up on. */
export function peer(socket: Socket, end: End, events: PeerEvents): Peer {
  let greeting: Hello | null = null
  const { clock, patience, maxMessage, maxQueue } = end
  const line = connection(socket, {
    clock,
    patience,
    maxFrame: maxMessage + FRAME_ROOM,
    onText: (text) => {
      const message = decodeMessage(text)
      if (message.type === 'hello') greet(message)
      else if (greeting === null) throw transportErrors.malformed({ what: 'it came before a greeting' })
      else events.message(self, message)
    },
    onGone: (why) => events.gone(self, why),
  })
  const greet = (hello: Hello): void => {
    if (hello.protocol !== PROTOCOL)
      throw transportErrors.unknown_method({ method: 'unix socket', version: hello.protocol })
    if (greeting !== null) throw transportErrors.malformed({ what: 'a second greeting' })
    greeting = hello
    events.ready(self)
  }
  const readable = (): number => Math.min(maxMessage, greeting?.maxMessage ?? maxMessage)
  const self: Peer = {
    get name() {
      return greeting?.name ?? null
    },
    request: (waiting, again) => {
      const bytes = Buffer.byteLength(waiting.text)
      const max = readable()
      if (bytes > max) waiting.settle({ problem: problemOf(transportErrors.too_large({ bytes, max })) })
      else if (line.queued > maxQueue) waiting.settle(busy(waiting.address))
      else line.send(requestText(waiting, again))
    },
    reply: (seq, answer) => {
      if (line.queued > maxQueue * REPLY_ROOM) line.close('it does not read its answers')
      else line.send(encodeAnswer(answer, readable(), (one) => ({ type: 'reply', seq, answer: one })))
    },
    tell: (message) => line.send(encode(message)),
    hold: line.hold,
    close: line.close,
  }
  line.send(encode({ type: 'hello', protocol: PROTOCOL, name: end.name, maxMessage } satisfies Hello))
  return self
}
