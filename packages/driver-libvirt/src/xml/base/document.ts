import { xmlErrors } from '../errors.ts'
import type { Element } from './element.ts'
import { elementOf, type Field } from './fields.ts'
import { readXml } from './read-xml.ts'
import { writeXml } from './write-xml.ts'

/** A kind of document: a value and its text, one way and the other. */
export interface XmlDocument<T> {
  /** @throws `xml.unwritable`, `xml.too_large` */
  build(value: T): string
  /** What is not part of the type is passed over. @throws `xml.malformed`, `xml.forbidden`, `xml.too_large` */
  parse(text: string): T
  /** As {@link parse}, of what was read already. */
  from(root: Element): T
}

/** @param most bytes that are read, where it is more than usual */
export function xmlDocument<T>(name: string, fields: Field<T>, most?: number): XmlDocument<T> {
  const from = (root: Element): T => {
    if (root.name === name) return fields.read(root)
    throw xmlErrors.malformed({ what: `${JSON.stringify(root.name.slice(0, 40))} stands where ${name} should` })
  }
  return {
    build: (value) => writeXml(elementOf(name, fields, value)),
    parse: (text) => from(readXml(text, most)),
    from,
  }
}
