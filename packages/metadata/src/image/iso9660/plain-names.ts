import { splitName, uniqueNames } from '../unique-names.ts'

/** Behind a file of the plain tree. */
export const VERSION = new TextEncoder().encode(';1')

/**
 * Identifiers for a reader that knows neither Rock Ridge nor Joliet, written as Nova's options of genisoimage have them
 * (`-l -allow-lowercase -allow-multidot -ldots`): at most 31 characters of letters, digits, `_` and dots, a dot in each
 * file's. What does not fit is cut, and told apart by a number.
 */
export function plainNames(): (name: string, isFolder: boolean) => Uint8Array {
  const unique = uniqueNames((name) => name.replace(/\.$/, '').toUpperCase())
  return (name, isFolder) => {
    const [stem, extension] = splitName(Array.from(name, allowed).join(''))
    return new TextEncoder().encode(unique((n) => cut(stem, extension, n, isFolder)))
  }
}

function allowed(char: string): string {
  return /^[A-Za-z0-9_.]$/.test(char) ? char : '_'
}

function cut(stem: string, extension: string, n: number, isFolder: boolean): string {
  const number = n === 0 ? '' : `_${n}`
  const tail = isFolder || extension !== '' || stem.startsWith('.') ? extension.slice(0, 13) : '.'
  return `${stem.slice(0, 31 - number.length - tail.length)}${number}${tail}`
}
