import { memo } from '../memo.ts'
import { splitName, uniqueNames, type Wish } from '../unique-names.ts'
import type { Identifiers } from './identifiers.ts'

/**
 * Identifiers for a reader that knows neither Rock Ridge nor Joliet, written as Nova's options of genisoimage have them
 * (`-l -allow-lowercase -allow-multidot -ldots`): at most 31 characters of letters, digits, `_` and dots, a dot in each
 * file's, `;1` behind it. What does not fit is cut, and told apart by a number.
 */
export function plainNames(): Identifiers {
  const wish = memo<Wish>()
  return {
    version: ';1',
    width: 1,
    forFolder: () => {
      const unique = uniqueNames(fold)
      return (name, isFolder) => unique(wish(isFolder ? `${name}/` : name, () => wishFor(name, isFolder)))
    },
  }
}

function wishFor(name: string, isFolder: boolean): Wish {
  const [stem, extension] = splitName(/^[A-Za-z0-9_.]*$/.test(name) ? name : name.replaceAll(/[^A-Za-z0-9_.]/gu, '_'))
  const first = cut(stem, extension, 0, isFolder)
  return { first, folded: fold(first), numbered: (n) => cut(stem, extension, n, isFolder) }
}

/** A file's dot at the end must not tell it from a folder. */
function fold(id: string): string {
  return (id.endsWith('.') ? id.slice(0, -1) : id).toUpperCase()
}

function cut(stem: string, extension: string, n: number, isFolder: boolean): string {
  const number = n === 0 ? '' : `_${n}`
  const tail = isFolder || extension !== '' || stem.startsWith('.') ? extension.slice(0, 13) : '.'
  return `${stem.slice(0, 31 - number.length - tail.length)}${number}${tail}`
}
