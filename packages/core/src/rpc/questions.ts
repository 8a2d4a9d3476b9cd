import { z } from 'zod'
import type { Diagnostics, GuestRef } from '../ports/hypervisor.ts'

/** What a host says to each question. */
export interface Answers {
  readonly consoleOutput: { readonly base64: string }
  readonly diagnostics: Diagnostics
}

/** Something that is asked of a host about one guest. */
export interface Question {
  readonly about: keyof Answers
  readonly guest: GuestRef
  /** At most so much of a log, from its end. */
  readonly maxBytes: number
}

const name = z.string().min(1).max(255)

export const question = z.object({
  about: z.enum(['consoleOutput', 'diagnostics']),
  guest: z.object({ server: name, node: name, epoch: z.number().int().nonnegative() }),
  maxBytes: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 20),
}) as unknown as z.ZodType<Question>

export const answer = z.record(z.string(), z.unknown()) as unknown as z.ZodType<Answers[keyof Answers]>
