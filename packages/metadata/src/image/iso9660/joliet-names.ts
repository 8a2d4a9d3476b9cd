import { memo } from '../memo.ts'
import { foldCase } from '../names.ts'
import { splitName, uniqueNames, type Wish } from '../unique-names.ts'
import type { Identifiers } from './identifiers.ts'

/** What Joliet allows, and genisoimage keeps to without `-joliet-long`. */
const MOST_UNITS = 64

/**
 * Joliet identifiers: UTF-16, big-endian, without a version, as genisoimage and xorriso write them. `* / : ; ? \` become
 * `_`. A name of more than 64 units is cut in its stem, and names that this makes alike get a number (genisoimage cuts
 * the extension away, and gives up on two that become alike). Characters beyond the basic plane stay surrogate pairs:
 * Joliet speaks of UCS-2, but those who read it (Linux, Windows, xorriso) take UTF-16; genisoimage refuses such names.
 */
export function jolietNames(): Identifiers {
  const wish = memo<Wish>()
  return {
    version: '',
    width: 2,
    forFolder: () => {
      const unique = uniqueNames(foldCase)
      return (name) => unique(wish(name, () => wishFor(name)))
    },
  }
}

function wishFor(name: string): Wish {
  const [stem, extension] = splitName(name.replaceAll(/[*/:;?\\]/g, '_'))
  const first = cut(stem, extension, 0)
  return { first, folded: foldCase(first), numbered: (n) => cut(stem, extension, n) }
}

function cut(stem: string, extension: string, n: number): string {
  const number = n === 0 ? '' : `_${n}`
  const tail = whole(extension.slice(0, 16))
  return `${whole(stem.slice(0, MOST_UNITS - number.length - tail.length))}${number}${tail}`
}

/** Without the half of a pair that a cut has left at the end. */
function whole(text: string): string {
  return text.isWellFormed() ? text : text.slice(0, -1)
}
