import type { Reader, Writer } from './cursor.ts'

/**
 * How a value stands on the wire. `In` is what a caller may give, `Out` what is read: a caller may leave out what has
 * a default, and give a number where a bigint is read.
 */
export interface Codec<Out, In = Out> {
  /** The layout in one line; equal shapes are the same bytes. A developer's check compares it with libvirt's own. */
  readonly shape: string
  /** @throws `libvirt.malformed` */
  read(reader: Reader): Out
  /** @throws `libvirt.invalid_argument` */
  write(writer: Writer, value: In): void
}

/** Any codec, where its values do not matter. */
export type AnyCodec = Codec<any, any>

export type Fields = Readonly<Record<string, AnyCodec>>

export type OutOf<C> = C extends Codec<infer Out, any> ? Out : never
export type InOf<C> = C extends Codec<any, infer In> ? In : never

type Flat<T> = { readonly [K in keyof T]: T[K] }
type Defaulted<F extends Fields> = { [K in keyof F]: undefined extends InOf<F[K]> ? K : never }[keyof F]

export type FieldsOut<F extends Fields> = Flat<{ [K in keyof F]: OutOf<F[K]> }>
/** Fields with a default may be left out. */
export type FieldsIn<F extends Fields> = Flat<
  { [K in Exclude<keyof F, Defaulted<F>>]: InOf<F[K]> } & { [K in Defaulted<F>]?: InOf<F[K]> }
>
