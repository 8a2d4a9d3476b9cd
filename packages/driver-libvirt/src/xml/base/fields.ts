import { xmlErrors } from '../errors.ts'
import { attributeOf, childOf, childrenOf, textOf, type Element } from './element.ts'
import type { Scalar } from './scalars.ts'

/** An element that is being written. */
export interface Draft {
  readonly attributes: Record<string, string>
  readonly children: (Element | string)[]
}

/** One property of a value and where it stands in an element; undefined is nowhere. */
export interface Field<T> {
  write(value: T, into: Draft): void
  read(from: Element): T
}

export type Fields = Readonly<Record<string, Field<any>>>
type In<F> = F extends Field<infer T> ? T : never
type Loose<F extends Fields> = { [K in keyof F]: undefined extends In<F[K]> ? K : never }[keyof F]
type Flat<T> = { readonly [K in keyof T]: T[K] }
/** The value that fields make up; what may be nowhere may be left out. */
export type ValueOf<F extends Fields> = Flat<
  { [K in Exclude<keyof F, Loose<F>>]: In<F[K]> } & { [K in Loose<F>]?: Exclude<In<F[K]>, undefined> }
>

/** Several fields as one, of the same element. */
export function record<const F extends Fields>(fields: F): Field<ValueOf<F>> {
  const entries = Object.entries(fields)
  return {
    write: (value, into) => {
      for (const [key, field] of entries) field.write((value as Record<string, unknown>)[key], into)
    },
    read: (from) => {
      const value: Record<string, unknown> = {}
      for (const [key, field] of entries) {
        const part: unknown = field.read(from)
        if (part !== undefined) value[key] = part
      }
      return value as ValueOf<F>
    },
  }
}

/** May be nowhere. */
export function optional<T>(field: Field<T>, isThere: (from: Element) => boolean): Field<T | undefined> {
  return {
    write: (value, into) => {
      if (value !== undefined) field.write(value, into)
    },
    read: (from) => (isThere(from) ? field.read(from) : undefined),
  }
}

/** `<x name='value'>` */
export function attribute<T>(name: string, scalar: Scalar<T>): Field<T> & { readonly maybe: Field<T | undefined> } {
  const field: Field<T> = {
    write: (value, into) => void (into.attributes[name] = scalar.write(value)),
    read: (from) => scalar.read(attributeOf(from, name) ?? missing(from, `an attribute ${name}`)),
  }
  return { ...field, maybe: optional(field, (from) => attributeOf(from, name) !== undefined) }
}

/** `<x>value</x>`, of the element itself. */
export function content<T>(scalar: Scalar<T>): Field<T> & { readonly maybe: Field<T | undefined> } {
  const field: Field<T> = {
    write: (value, into) => void into.children.push(scalar.write(value)),
    read: (from) => scalar.read(textOf(from)),
  }
  return { ...field, maybe: optional(field, (from) => textOf(from) !== '') }
}

/** `<x><name>…</name></x>` */
export function child<T>(name: string, inner: Field<T>): Field<T> & { readonly maybe: Field<T | undefined> } {
  const field: Field<T> = {
    write: (value, into) => void into.children.push(elementOf(name, inner, value)),
    read: (from) => inner.read(childOf(from, name) ?? missing(from, `an element ${name}`)),
  }
  return { ...field, maybe: optional(field, (from) => childOf(from, name) !== undefined) }
}

/** `<x><name>value</name></x>` */
export function leaf<T>(name: string, scalar: Scalar<T>) {
  return child(name, content(scalar))
}

/** `<x><name attribute='value'/></x>` */
export function mark<T>(name: string, attributeName: string, scalar: Scalar<T>) {
  return child(name, attribute(attributeName, scalar))
}

/** `<x><name/></x>`: there or not. */
export function presence(name: string): Field<true | undefined> {
  const there: Field<true> = {
    write: (_, into) => void into.children.push({ name, attributes: {}, children: [] }),
    read: () => true,
  }
  return optional(there, (from) => childOf(from, name) !== undefined)
}

/** Every child of that name. None is an empty list; left out is the same. */
export function list<T>(name: string, inner: Field<T>): Field<readonly T[] | undefined> {
  return {
    write: (values, into) => void into.children.push(...(values ?? []).map((value) => elementOf(name, inner, value))),
    read: (from) => {
      const found = childrenOf(from, name)
      return found.length === 0 ? undefined : found.map((each) => inner.read(each))
    },
  }
}

/** Children as they are, whatever they are. */
export const anything: Field<readonly Element[]> = {
  write: (values, into) => void into.children.push(...values),
  read: (from) => from.children.filter((each): each is Element => typeof each !== 'string'),
}

/** An attribute says what else there is; the value has it under the attribute's name. */
export function variants<const N extends string, const A extends Readonly<Record<string, Field<any>>>>(
  name: N,
  arms: A,
): Field<{ [K in keyof A]: Flat<{ [P in N]: K } & In<A[K]>> }[keyof A]> {
  const armFor = (kind: string): Field<any> | undefined => (Object.hasOwn(arms, kind) ? arms[kind] : undefined)
  return {
    write: (value, into) => {
      const kind = String((value as Record<string, unknown>)[name])
      const arm = armFor(kind) ?? unknownKind(kind)
      into.attributes[name] = kind
      arm.write(value, into)
    },
    // A kind that nobody knows is still read: as its name alone.
    read: (from) => {
      const kind = attributeOf(from, name) ?? missing(from, `an attribute ${name}`)
      return { [name]: kind, ...(armFor(kind)?.read(from) as object | undefined) } as never
    },
  }
}

/** The element that a value becomes. */
export function elementOf<T>(name: string, inner: Field<T>, value: T): Element {
  const draft: Draft = { attributes: {}, children: [] }
  inner.write(value, draft)
  return { name, ...draft }
}

function missing(from: Element, what: string): never {
  throw xmlErrors.malformed({ what: `${from.name} has not ${what}` })
}

function unknownKind(kind: string): never {
  throw xmlErrors.unwritable({ what: `there is no kind ${JSON.stringify(kind.slice(0, 40))}` })
}
