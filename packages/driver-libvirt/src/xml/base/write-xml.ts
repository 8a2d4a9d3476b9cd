import { xmlErrors } from '../errors.ts'
import type { Element } from './element.ts'

/** The most that is sent or read: far more than a guest needs, far less than hurts. */
export const MOST_BYTES = 256 * 1024

/**
 * Two blanks for each depth, attributes in single quotes as libvirt writes them. Everything is escaped.
 * @throws `xml.unwritable` for names that are none and characters that XML has not, `xml.too_large`
 */
export function writeXml(root: Element, most = MOST_BYTES): string {
  const text = `${elementText(root, '')}\n`
  const bytes = Buffer.byteLength(text)
  if (bytes > most) throw xmlErrors.too_large({ bytes, max: most })
  return text
}

function elementText({ name, attributes, children }: Element, indent: string): string {
  const open = `${indent}<${checkedName(name)}${attributesText(attributes)}`
  const content = children.filter((child) => child !== '')
  if (content.length === 0) return `${open}/>`
  if (content.some((child) => typeof child === 'string')) {
    // Blanks would become part of a text, so nothing is put on lines of its own.
    const inline = content.map((child) => (typeof child === 'string' ? escapeText(child) : elementText(child, '')))
    return `${open}>${inline.join('')}</${name}>`
  }
  const lines = content.map((child) => (typeof child === 'string' ? '' : elementText(child, `${indent}  `)))
  return `${open}>\n${lines.join('\n')}\n${indent}</${name}>`
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${checkedName(name)}='${escapeAttribute(value)}'`)
    .join('')
}

/** Of XML's names those that libvirt and OpenStack use: Latin letters, one prefix at most. */
const NAME = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?$/

function checkedName(name: string): string {
  if (NAME.test(name)) return name
  throw xmlErrors.unwritable({ what: `${JSON.stringify(name.slice(0, 40))} is no name` })
}

/** XML 1.0, production 2: nothing below a blank but tab and line ends, no half of a pair, none of the two non-characters. */
const LEGAL = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u

function checkedText(text: string): string {
  if (LEGAL.test(text)) return text
  throw xmlErrors.unwritable({ what: 'a text has a character that XML has not' })
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
  // As they are, a reader would make other characters of them.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

export function escapeText(text: string): string {
  return checkedText(text).replaceAll(/[&<>\r]/g, (letter) => ESCAPES[letter] ?? '')
}

function escapeAttribute(text: string): string {
  return checkedText(text).replaceAll(/[&<>'"\t\n\r]/g, (letter) => ESCAPES[letter] ?? '')
}
