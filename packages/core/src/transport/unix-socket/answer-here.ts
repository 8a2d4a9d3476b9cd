import type { Address, Envelope } from '../../ports/transport.ts'
import { answerOf, decodeAnswer, encodeAnswer, unreachable, type Answer } from '../answer.ts'
import { decodeEnvelope } from '../envelope.ts'
import type { Waiting } from '../waiting-room.ts'
import type { End } from './end.ts'

/** The answer of whoever listens in this process to a message that came over a connection. */
export async function answerHere(end: End, address: Address, envelope: Envelope): Promise<Answer> {
  const handle = end.local.next(address)
  return handle === undefined ? unreachable(address) : answerOf(handle, envelope)
}

/** Settles a request of this process by a listener of this process; both only ever see copies. */
export async function settleHere(end: End, waiting: Waiting): Promise<void> {
  const answer = await answerHere(end, waiting.address, decodeEnvelope(waiting.text))
  waiting.settle(decodeAnswer(encodeAnswer(answer, end.maxMessage, (one) => one)))
}
