import { libvirtErrors } from '../errors.ts'
import type { AnyCodec, Codec, Fields, FieldsIn, FieldsOut, InOf, OutOf } from './codec.ts'
import { remaining } from './cursor.ts'
import { int32, uint32 } from './scalars.ts'

/** Its fields one after the other; nothing on the wire says that it is a structure. */
export function struct<const F extends Fields>(fields: F): Codec<FieldsOut<F>, FieldsIn<F>> {
  const entries = Object.entries(fields)
  return {
    shape: entries.map(([, codec]) => codec.shape).join(' '),
    read: (reader) => {
      const value: Record<string, unknown> = {}
      for (const [name, codec] of entries) value[name] = codec.read(reader)
      return value as FieldsOut<F>
    },
    write: (writer, value) => {
      for (const [name, codec] of entries) codec.write(writer, (value as Record<string, unknown>)[name])
    },
  }
}

/** No field at all. */
export const nothing: Codec<void> = { shape: '', read: () => undefined, write: () => undefined }

/** A count, then so many items. */
export function array<C extends AnyCodec>(item: C): Codec<readonly OutOf<C>[], readonly InOf<C>[]> {
  return {
    shape: `(${item.shape})<>`,
    read: (reader) => {
      const count = uint32.read(reader)
      // An item has at least four bytes: a count that cannot be true is refused before anything is allocated.
      if (count > remaining(reader) / 4)
        throw libvirtErrors.malformed({ what: `${count} items are announced in ${remaining(reader)} bytes` })
      const items: OutOf<C>[] = []
      for (let at = 0; at < count; at++) items.push(item.read(reader))
      return items
    },
    write: (writer, items) => {
      uint32.write(writer, items.length)
      for (const item_ of items) item.write(writer, item_)
    },
  }
}

/** There or not: XDR's pointer. Left out by a caller, it is not there. */
export function optional<C extends AnyCodec>(codec: C): Codec<OutOf<C> | null, InOf<C> | null | undefined> {
  return {
    shape: `?(${codec.shape})`,
    read: (reader) => {
      const there = uint32.read(reader)
      if (there > 1) throw libvirtErrors.malformed({ what: `${there} says neither yes nor no` })
      return there === 1 ? codec.read(reader) : null
    },
    write: (writer, value) => {
      uint32.write(writer, value === null || value === undefined ? 0 : 1)
      if (value !== null && value !== undefined) codec.write(writer, value)
    },
  }
}

/** May be left out by a caller. */
export function withDefault<C extends AnyCodec>(codec: C, fallback: InOf<C>): Codec<OutOf<C>, InOf<C> | undefined> {
  return { ...codec, write: (writer, value) => codec.write(writer, value ?? fallback) }
}

/** The first of several fields is all that is wanted; the rest repeats what it says, as a count after a list does. */
export function firstOf<C extends AnyCodec>(first: C, ...rest: readonly AnyCodec[]): Codec<OutOf<C>, InOf<C>> {
  return {
    shape: [first, ...rest].map((codec) => codec.shape).join(' '),
    read: (reader) => {
      const value: OutOf<C> = first.read(reader)
      for (const codec of rest) codec.read(reader)
      return value
    },
    write: (writer, value) => {
      first.write(writer, value)
      for (const codec of rest) codec.write(writer, 0)
    },
  }
}

/** An `int` says which of the arms follows. */
export function taggedUnion<const Arms extends Readonly<Record<number, AnyCodec>>>(
  arms: Arms,
): Codec<UnionOut<Arms>, UnionIn<Arms>> {
  const shapes = Object.entries(arms).map(([tag, codec]) => `${tag}:${codec.shape}`)
  const armOf = (tag: number): AnyCodec | undefined => (Object.hasOwn(arms, tag) ? arms[tag] : undefined)
  return {
    shape: `{${shapes.join(' ')}}`,
    read: (reader) => {
      const type = int32.read(reader)
      const arm = armOf(type)
      if (arm === undefined) throw libvirtErrors.malformed({ what: `a union has no arm ${type}` })
      return { type, value: arm.read(reader) as unknown } as UnionOut<Arms>
    },
    write: (writer, tagged) => {
      const { type, value } = tagged as { readonly type: number; readonly value: unknown }
      const arm = armOf(type)
      if (arm === undefined) throw libvirtErrors.invalid_argument({ what: `there is no type ${type}` })
      int32.write(writer, type)
      arm.write(writer, value)
    },
  }
}

type UnionOut<Arms> = { [K in keyof Arms]: { readonly type: K; readonly value: OutOf<Arms[K]> } }[keyof Arms]
type UnionIn<Arms> = { [K in keyof Arms]: { readonly type: K; readonly value: InOf<Arms[K]> } }[keyof Arms]
