import { DOMParser, type Element as DomElement, type Node as DomNode } from '@xmldom/xmldom'
import { xmlErrors } from '../errors.ts'
import type { Element } from './element.ts'
import { checkShape } from './shape-of-xml.ts'
import { MOST_BYTES } from './write-xml.ts'

const ELEMENT = 1
const TEXT = 3
const CDATA = 4

/**
 * The one reader of XML in this package. A document type is refused before anything is parsed, wherever it stands, so
 * no entity is ever declared, and no file or address fetched; so are processing instructions but for the first line.
 * @throws `xml.too_large`, `xml.forbidden`, `xml.malformed`
 */
export function readXml(text: string, most = MOST_BYTES): Element {
  const bytes = Buffer.byteLength(text)
  if (bytes > most) throw xmlErrors.too_large({ bytes, max: most })
  if (/<!(DOCTYPE|ENTITY)/i.test(text)) throw xmlErrors.forbidden({ what: 'a document type' })
  if (/<\?(?!xml\s)/i.test(text)) throw xmlErrors.forbidden({ what: 'a processing instruction' })
  checkShape(text)
  return elementOf(rootOf(text))
}

function rootOf(text: string): DomElement {
  let reason = 'there is no element'
  const parser = new DOMParser({
    // XML 1.0, section 2.11. By itself the parser follows XML 1.1 and takes U+0085 and U+2028 for line ends too.
    normalizeLineEndings: (source) => source.replaceAll(/\r\n?/g, '\n'),
    // Warnings of the parser are errors of XML, but for one: U+FFFD stands for what was no UTF-8 in a guest's name.
    onError: (level, message) => {
      if (level === 'warning' && message.includes('replacement character')) return
      reason = firstLine(message)
      throw xmlErrors.malformed({ what: reason })
    },
  })
  try {
    const root = parser.parseFromString(text, 'text/xml').documentElement
    if (root !== null) return root
  } catch (cause) {
    throw xmlErrors.malformed({ what: reason }, { cause })
  }
  throw xmlErrors.malformed({ what: reason })
}

function firstLine(message: string): string {
  return message.split('\n', 1).join('').slice(0, 200)
}

function elementOf(node: DomElement): Element {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>
  for (const attribute of node.attributes) attributes[attribute.name] = attribute.value
  return { name: node.tagName, attributes, children: childrenIn(node) }
}

/** Blanks between elements are how a text is set, not what it says. */
function childrenIn(node: DomElement): readonly (Element | string)[] {
  const children: (Element | string)[] = []
  for (let child: DomNode | null = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === ELEMENT) children.push(elementOf(child as DomElement))
    else if (child.nodeType === TEXT || child.nodeType === CDATA) addText(children, child.nodeValue ?? '')
  }
  const hasElements = children.some((child) => typeof child !== 'string')
  return hasElements ? children.filter((child) => typeof child !== 'string' || child.trim() !== '') : children
}

function addText(children: (Element | string)[], text: string): void {
  const last = children.at(-1)
  if (text === '') return
  if (typeof last === 'string') children[children.length - 1] = last + text
  else children.push(text)
}
