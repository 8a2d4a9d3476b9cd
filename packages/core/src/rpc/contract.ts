import type { z } from 'zod'
import type { Millis } from '../domain/unit/units.ts'

/**
 * One method of a contract. Schemas only check: both ends run them, so a schema that transforms would transform twice.
 * Members that a schema does not name are dropped; a reply may therefore gain members without a new version.
 */
export interface Method<Request, Reply> {
  /** Version of the request, from 1. Grows when older receivers could not read it any more. */
  readonly version: number
  readonly request: z.ZodType<Request>
  readonly reply: z.ZodType<Reply>
  /** How long a caller waits that names no deadline. */
  readonly timeout: Millis
  /** Version → a function from that version's request to the next one's. What has no entry is refused. */
  readonly upgrade?: Readonly<Record<number, (old: unknown) => unknown>>
}

// Each method has types of its own; a table of them can only say that much.
export type Methods = Readonly<Record<string, Method<any, any>>>

/** What one side may ask of the other: named methods with the shapes of request and reply. */
export interface Contract<Table extends Methods> {
  readonly name: string
  readonly methods: Table
}

export type RequestOf<M> = M extends { readonly request: z.ZodType<infer Request> } ? Request : never
export type ReplyOf<M> = M extends { readonly reply: z.ZodType<infer Reply> } ? Reply : never

/** Gathers methods under the name that stands before theirs in an envelope: `host.spawn`. */
export function defineContract<const Table extends Methods>(name: string, methods: Table): Contract<Table> {
  return Object.freeze({ name, methods: Object.freeze({ ...methods }) })
}

/** `host.spawn` */
export function wireName(contract: Contract<Methods>, method: string): string {
  return `${contract.name}.${method}`
}
