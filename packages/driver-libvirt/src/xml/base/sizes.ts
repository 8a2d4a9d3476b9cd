import { xmlErrors } from '../errors.ts'
import { attributeOf, childOf, textOf, type Element } from './element.ts'
import { optional, type Field } from './fields.ts'
import { integer } from './scalars.ts'

/** libvirt's words for sizes: a letter or two for powers of 1024, three for those of 1000. */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1000,
  k: 1024,
  kib: 1024,
  mb: 1e6,
  m: 2 ** 20,
  mib: 2 ** 20,
  gb: 1e9,
  g: 2 ** 30,
  gib: 2 ** 30,
  tb: 1e12,
  t: 2 ** 40,
  tib: 2 ** 40,
}

/** `<name unit='KiB'>n</name>`: whole KiB, in whatever unit it is read. What is less than one is rounded up. */
export function kibibytes(name: string): Field<number> & { readonly maybe: Field<number | undefined> } {
  return sized(name, 'KiB', 1024, 'k')
}

/** `<name unit='bytes'>n</name>`: whole bytes. */
export function byteCount(name: string): Field<number> & { readonly maybe: Field<number | undefined> } {
  return sized(name, 'bytes', 1, 'bytes')
}

function sized(name: string, unit: string, size: number, unsaid: string) {
  const field: Field<number> = {
    write: (value, into) => void into.children.push({ name, attributes: { unit }, children: [integer.write(value)] }),
    read: (from) => {
      const found = childOf(from, name)
      if (found === undefined) throw xmlErrors.malformed({ what: `${from.name} has no ${name}` })
      return Math.ceil(inBytes(found, unsaid) / size)
    },
  }
  return { ...field, maybe: optional(field, (from) => childOf(from, name) !== undefined) }
}

function inBytes(element: Element, unsaid: string): number {
  const unit = attributeOf(element, 'unit') ?? unsaid
  const factor = UNITS[unit.toLowerCase()]
  if (factor === undefined) throw xmlErrors.malformed({ what: `there is no unit ${JSON.stringify(unit.slice(0, 20))}` })
  return integer.read(textOf(element)) * factor
}
