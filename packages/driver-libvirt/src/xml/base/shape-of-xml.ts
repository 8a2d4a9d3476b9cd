import { xmlErrors } from '../errors.ts'

/** Deeper than anything of libvirt, shallow enough for every stack. */
const DEEPEST = 64
/** More than the largest host has to say of its CPUs. */
const MOST_ELEMENTS = 50_000

/**
 * Looks over a text in one pass, before a parser spends time that grows with the square of what is in it.
 * @throws `xml.forbidden` for more elements, or deeper ones, than any document of libvirt has; `xml.malformed`
 */
export function checkShape(text: string): void {
  let depth = 0
  let elements = 0
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    const other = otherMarkup.find(([start]) => text.startsWith(start, at))
    if (other !== undefined) {
      const [start, end] = other
      at = after(text, end, at + start.length)
      if (start === '</') depth--
      continue
    }
    const end = endOfTag(text, at + 1)
    if (text[end - 2] !== '/') depth++
    if (++elements > MOST_ELEMENTS) throw xmlErrors.forbidden({ what: `more than ${MOST_ELEMENTS} elements` })
    if (depth > DEEPEST) throw xmlErrors.forbidden({ what: `more than ${DEEPEST} elements in one another` })
    at = end
  }
}

/** What begins like an element and is none, with what ends it. */
const otherMarkup = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['</', '>'],
] as const

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  if (at === -1) throw xmlErrors.malformed({ what: `there is no ${end}` })
  return at + end.length
}

/** Behind the `>` that ends a tag; one in quotes does not. */
function endOfTag(text: string, from: number): number {
  const next = /["'>]/g
  next.lastIndex = from
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if (found[0] === '>') return next.lastIndex
    next.lastIndex = after(text, found[0], next.lastIndex)
  }
  throw xmlErrors.malformed({ what: 'a tag has no end' })
}
