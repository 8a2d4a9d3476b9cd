import { z } from 'zod'
import { NovakitError, problemOf, type ErrorKind, type Help, type Problem } from '../domain/error.ts'
import { transportErrors } from '../domain/message/errors.ts'
import type { Address, Envelope } from '../ports/transport.ts'
import { decode, encode } from '../rpc/codec.ts'

export type Handle = (envelope: Envelope) => Promise<unknown>

/** How a handler ended, as it crosses: a value, or the problem that it threw. */
export type Answer = { readonly value?: unknown } | { readonly problem: Problem }

// Tables, so that the compiler asks for a kind that is new.
const kinds: Readonly<Record<ErrorKind, true>> = {
  invalid: true,
  unauthenticated: true,
  forbidden: true,
  not_found: true,
  conflict: true,
  over_quota: true,
  too_large: true,
  unsupported: true,
  unavailable: true,
  internal: true,
}
const helps: Readonly<Record<Help, true>> = { never: true, same: true, elsewhere: true, later: true }

const problemSchema: z.ZodType<Problem> = z.object({
  code: z.custom<Problem['code']>((code) => typeof code === 'string' && /^\w{1,64}\.\w{1,64}$/.test(code)),
  kind: z.enum(Object.keys(kinds) as ErrorKind[]),
  help: z.enum(Object.keys(helps) as Help[]),
  message: z.string(),
  detail: z.unknown().optional(),
})

/** Strict, so that a mangled problem is not taken for the answer of a function that returns nothing. */
export const answerSchema: z.ZodType<Answer> = z.union([
  z.strictObject({ problem: problemSchema }),
  z.strictObject({ value: z.unknown().optional() }),
])

/** Runs a handler; what it throws is an answer too. */
export async function answerOf(handle: Handle, envelope: Envelope): Promise<Answer> {
  try {
    return { value: await handle(envelope) }
  } catch (thrown) {
    return { problem: problemOf(thrown) }
  }
}

/** An answer that nobody listens. */
export function unreachable(address: Address): Answer {
  return { problem: problemOf(transportErrors.unreachable({ address })) }
}

/** An answer that too much is under way already: nothing was sent. */
export function busy(address: Address): Answer {
  return { problem: problemOf(transportErrors.busy({ address })) }
}

/** The caller's view of an answer. @throws the problem in it, as an error with the same brand and code */
export function opened(answer: Answer): unknown {
  if ('problem' in answer) throw new NovakitError(answer.problem)
  return answer.value
}

/** @throws `transport.malformed`, `transport.too_large` */
export function encodeWithin(value: unknown, max: number): string {
  const text = encode(value)
  const bytes = Buffer.byteLength(text)
  if (bytes > max) throw transportErrors.too_large({ bytes, max })
  return text
}

/**
 * The text of an answer, as `wrap` puts it. One that cannot be sent becomes the problem of why not; a problem that
 * cannot be sent goes without its detail.
 */
export function encodeAnswer(answer: Answer, max: number, wrap: (answer: Answer) => unknown): string {
  try {
    return encodeWithin(wrap(answer), max)
  } catch (thrown) {
    if (!('problem' in answer)) return encodeAnswer({ problem: problemOf(thrown) }, max, wrap)
    const { code, kind, help, message } = answer.problem
    return encode(wrap({ problem: { code, kind, help, message: message.slice(0, 1000) } }))
  }
}

/** @throws `transport.malformed` */
export function decodeAnswer(text: string): Answer {
  return parsed(answerSchema, decode(text), 'an answer')
}

/** @throws `transport.malformed`, with none of the value in it */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw transportErrors.malformed({ what: `it is not ${what}` })
}
