import type { Codec, Fields, FieldsIn, OutOf } from '../xdr/codec.ts'
import { nothing, optional, struct, withDefault } from '../xdr/compounds.ts'
import { int32, text, uint32 } from '../xdr/scalars.ts'
import { program, type Program } from '../wire/frame.ts'

/** One call of the protocol. */
export interface Procedure<Args = any, Result = any> {
  readonly program: Program
  readonly number: number
  readonly args: Codec<unknown, Args>
  readonly result: Codec<Result, any>
  /** What flows after the answer, seen from here. */
  readonly stream: 'none' | 'read' | 'write' | 'both'
}

/** A call, its number, what it takes, what it answers. */
export function call<const F extends Fields = {}, C extends Codec<any, any> = typeof nothing>(
  number: number,
  args: F = {} as F,
  result: C = nothing as unknown as C,
): Procedure<FieldsIn<F>, OutOf<C>> & { readonly stream: 'none' } {
  return { program: program.remote, number, args: struct(args), result, stream: 'none' }
}

/** A call with a stream after its answer. */
export function streaming<
  const S extends 'read' | 'write' | 'both',
  const F extends Fields,
  C extends Codec<any, any> = typeof nothing,
>(stream: S, number: number, args: F, result?: C): Procedure<FieldsIn<F>, OutOf<C>> & { readonly stream: S } {
  return { ...call(number, args, result), stream }
}

// Fields that stand in many calls.

/** No flags unless some are given. */
export const flags = withDefault(uint32, 0)
/** Lists are asked for, not only counted. */
export const needResults = withDefault(int32, 1)
/** How many typed parameters there is room for. */
export const room = (count: number) => withDefault(int32, count)
/** Text or nothing. */
export const maybeText = optional(text)
